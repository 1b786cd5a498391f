import ipaddr from 'ipaddr.js';
import type { HostRule } from '#platform/config';

export type Address = ReturnType<typeof ipaddr.parse>;

const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR('2000::/3'); // RFC 4291, section 2.4; all that is handed out so far
const NAT64 = ipaddr.IPv6.parseCIDR('64:ff9b::/96'); // RFC 6052, section 2.1

/** Where clouds tell a machine its secrets. Some lie in public ranges. */
const METADATA: readonly Address[] = [
  '169.254.169.254', // nearly everywhere
  'fd00:ec2::254', // AWS
  'fd20:ce::254', // Google
  '169.254.170.2', // AWS ECS
  '169.254.170.23', // AWS EKS
  'fd00:ec2::23',
  '100.100.100.200', // Alibaba
  '192.0.0.192', // Oracle
  '168.63.129.16', // Azure
  '169.254.42.42', // Scaleway
  'fd00:42::42',
  '169.254.0.23', // Tencent
].map((text) => ipaddr.parse(text));

/** Reads an address as a resolver or a parsed URL writes it, without brackets. */
export function readAddress(text: string): Address | undefined {
  return ipaddr.isValid(text) ? ipaddr.parse(text) : undefined;
}

/** The address, and the IPv4 address that packets to it end up at where it only wraps one (mapped, NAT64). */
export function formsOf(address: Address): readonly Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  if (address.isIPv4MappedAddress()) return [address, address.toIPv4Address()];
  return address.match(NAT64) ? [address, new ipaddr.IPv4(address.toByteArray().slice(12))] : [address];
}

/** Whether the address belongs to the Internet, and not to a machine, a network, a group or a purpose of its own. */
export function isPublic(address: Address): boolean {
  const [, wrapped] = formsOf(address);
  if (wrapped) return isPublic(wrapped);
  if (address.range() !== 'unicast') return false;
  return address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST);
}

export function isMetadata(address: Address): boolean {
  return formsOf(address).some((form) => METADATA.some((it) => isSame(it, form)));
}

export function isSame(one: Address, other: Address): boolean {
  return one.kind() === other.kind() && one.toNormalizedString() === other.toNormalizedString();
}

/** Whether a rule names a network that the address is in; of its port nothing is asked. */
export function isInNetwork(rule: HostRule, address: Address): boolean {
  if (rule.kind !== 'network') return false;
  const [first] = rule.network;
  return formsOf(address).some((form) => form.kind() === first.kind() && form.match(rule.network));
}

/** Whether a rule names just this address. */
export function isExactly(rule: HostRule, address: Address): boolean {
  if (rule.kind !== 'network') return false;
  const [first, bits] = rule.network;
  return bits === first.toByteArray().length * 8 && isInNetwork(rule, address);
}
