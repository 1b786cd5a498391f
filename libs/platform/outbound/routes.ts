import type { Socket } from 'node:net';
import { Client, type Dispatcher, ProxyAgent } from 'undici';
import { orAborted } from './abortable.js';
import type { NameResolver } from './name-resolver.js';
import { OutboundError } from './outbound.errors.js';
import type { OutboundPolicy } from './outbound.policy.js';
import type { OwnEndpoints } from './own-endpoints.js';
import { pinnedSocket } from './pinned-socket.js';
import type { Target } from './target.js';

/** One request and one connection each: nothing is kept alive that nobody ends. HTTP/1.1, for its simple framing. */
const ONE_REQUEST = { pipelining: 0, allowH2: false } as const;

export interface RouteOptions {
  readonly policy: OutboundPolicy;
  readonly own: OwnEndpoints;
  /** Time for one address to take a connection. */
  readonly connectTimeoutMs: number;
  /** Certificates of authorities to trust instead of Node's, PEM. */
  readonly ca?: string;
}

/** A way to other servers. */
export interface Route {
  /**
   * A connection for one request to the target, which is checked here and whose URL was checked before.
   * @throws OutboundError
   */
  open(target: Target, signal: AbortSignal | undefined): Promise<Dispatcher>;
}

/** Straight to the target: its name is resolved once, and the connection goes to one of the checked addresses. */
export class DirectRoute implements Route {
  constructor(
    private readonly options: RouteOptions,
    private readonly resolver: NameResolver,
  ) {}

  async open(target: Target, signal: AbortSignal | undefined): Promise<Dispatcher> {
    const { policy, own, connectTimeoutMs, ca } = this.options;
    const addresses = target.address ? [target.address] : await orAborted(this.resolver.resolve(target.host), signal);
    policy.checkAddresses(target, addresses, await own.at(target.port));
    const socket = await pinnedSocket(target, addresses, { timeoutMs: connectTimeoutMs, ca, signal });
    return new Client(target.url.origin, { ...ONE_REQUEST, connect: handOver(socket, target) });
  }
}

/** By way of the operator's proxy, which resolves the names: what a name leads to is the proxy's to judge. */
export class ProxyRoute implements Route {
  constructor(
    private readonly options: RouteOptions,
    private readonly proxyUrl: string,
  ) {}

  async open(target: Target): Promise<Dispatcher> {
    const { policy, own, connectTimeoutMs, ca } = this.options;
    if (target.address) policy.checkAddresses(target, [target.address], await own.at(target.port));
    else policy.checkUnresolved(target, own.names(target));
    return new ProxyAgent({
      ...ONE_REQUEST,
      uri: this.proxyUrl,
      connectTimeout: connectTimeoutMs,
      ...(ca && { requestTls: { ca }, proxyTls: { ca } }),
    });
  }
}

/** A connector that gives its client that one socket: a client that lost it must not connect again unchecked. */
function handOver(socket: Socket, target: Target): NonNullable<Client.Options['connect']> {
  let isGiven = false;
  return (_, callback) => {
    const isGone = isGiven || socket.destroyed;
    isGiven = true;
    // undici forgets the request where its connector answers before it returns.
    queueMicrotask(() => {
      if (isGone) callback(new OutboundError('interrupted', `${target.host} broke the connection off`), null);
      else callback(null, socket);
    });
  };
}
