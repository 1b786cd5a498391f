import type { HostRule, PortRange } from '#platform/config';
import { type Address, isExactly, isInNetwork, isMetadata, isPublic } from './addresses.js';
import { OutboundError } from './outbound.errors.js';
import type { Target } from './target.js';

/** What the operator set. */
export interface OutboundRules {
  readonly allow: readonly HostRule[];
  readonly deny: readonly HostRule[];
  readonly ports: readonly PortRange[];
}

/** Names that mean this machine (RFC 6761, section 6.3) or a cloud's metadata, whatever a resolver makes of them. */
const LOCAL_NAME = /(^|\.)(localhost|localdomain)$|^(ip6-)?(localhost|loopback)$/;
const METADATA_NAMES = new Set([
  ...['metadata.google.internal', 'metadata.goog', 'metadata', 'instance-data', 'instance-data.ec2.internal'],
  ...['metadata.tencentyun.com', 'metadata.azure.internal', 'metadata.oraclecloud.com'],
]);

/** Decides what downloads may reach. Knows no network: names come resolved. */
export class OutboundPolicy {
  constructor(private readonly rules: OutboundRules) {}

  /** Judges what the URL itself says. @throws OutboundError `refused_host`, `refused_port` */
  checkTarget(target: Target): void {
    const { allow, deny } = this.rules;
    if (deny.some((rule) => namesHost(rule, target))) throw refusedHost(target);
    const namedExactly = allow.some((rule) => rule.kind === 'host' && !rule.subdomains && namesHost(rule, target));
    if (METADATA_NAMES.has(target.host) && !namedExactly) throw refusedHost(target);
    // Where the operator opened a port for a network, a name may lead into it.
    const mayLeadToOpenPort = !target.address && allow.some((it) => it.kind === 'network' && it.port === target.port);
    if (!mayLeadToOpenPort && !this.allowsPort(target, target.address)) throw refusedPort(target);
  }

  /**
   * Judges the addresses of a target, all of which must do. `isOwn` tells those that this installation listens on, at
   * the target's port.
   * @throws OutboundError `refused_address`, `refused_port`; `refused_host` where only what is allowed may be reached
   */
  checkAddresses(target: Target, addresses: readonly Address[], isOwn: (address: Address) => boolean): void {
    const refused = addresses.find((address) => !this.allowsAddress(target, address, isOwn(address)));
    if (refused) throw refusedAddress(target, refused);
    if (!addresses.every((address) => this.allowsPort(target, address))) throw refusedPort(target);
    if (!this.allowsTheRest() && !addresses.every((address) => this.isNamed(target, address)))
      throw refusedHost(target);
  }

  /**
   * The same for a name that only a proxy will resolve; `isOwn` where it names this installation.
   * @throws OutboundError `refused_host`, `refused_port`
   */
  checkUnresolved(target: Target, isOwn: boolean): void {
    const isNamed = this.isNamed(target);
    if (isOwn) throw refusedHost(target);
    if (!isNamed && (LOCAL_NAME.test(target.host) || !this.allowsTheRest())) throw refusedHost(target);
    if (!this.allowsPort(target)) throw refusedPort(target);
  }

  private allowsAddress(target: Target, address: Address, isOwn: boolean): boolean {
    const { allow, deny } = this.rules;
    if (deny.some((rule) => namesAddress(rule, target, address))) return false;
    // What must never be reached by accident is opened by its own address only: names can change their minds.
    const exact = allow.filter((rule) => isExactly(rule, address) && isOnPort(rule, target));
    if (isOwn && !exact.some((rule) => rule.port !== undefined)) return false;
    if (isMetadata(address)) return exact.length > 0;
    return isPublic(address) || this.isNamed(target, address);
  }

  private allowsPort(target: Target, address?: Address): boolean {
    return (
      this.rules.ports.some(({ first, last }) => first <= target.port && target.port <= last) ||
      this.rules.allow.some((rule) => rule.port !== undefined && namesEither(rule, target, address))
    );
  }

  /** Whether an entry of the allow list is about this target, by its host or by the address. */
  private isNamed(target: Target, address?: Address): boolean {
    return this.rules.allow.some((rule) => namesEither(rule, target, address));
  }

  /** False where `*` is denied: then only what is allowed may be reached. */
  private allowsTheRest(): boolean {
    return !this.rules.deny.some((rule) => rule.kind === 'everything');
  }
}

function isOnPort(rule: HostRule, { port }: Target): boolean {
  return rule.port === undefined || rule.port === port;
}

function namesHost(rule: HostRule, target: Target): boolean {
  if (rule.kind !== 'host' || target.address || !isOnPort(rule, target)) return false;
  return rule.subdomains ? target.host.endsWith(`.${rule.name}`) : target.host === rule.name;
}

function namesAddress(rule: HostRule, target: Target, address: Address): boolean {
  return isInNetwork(rule, address) && isOnPort(rule, target);
}

function namesEither(rule: HostRule, target: Target, address: Address | undefined): boolean {
  return namesHost(rule, target) || (address !== undefined && namesAddress(rule, target, address));
}

function refusedHost({ host }: Target): OutboundError {
  return new OutboundError('refused_host', `Downloads may not reach ${host}`);
}

function refusedPort({ host, port }: Target): OutboundError {
  return new OutboundError('refused_port', `Downloads may not reach port ${port} of ${host}`);
}

function refusedAddress({ host, address }: Target, refused: Address): OutboundError {
  const what = address ? 'that address is closed to them' : 'its name leads to an address that is closed to them';
  return new OutboundError('refused_address', `Downloads may not reach ${host}: ${what}`, {
    cause: new Error(`${host} is ${refused.toString()}`),
  });
}
