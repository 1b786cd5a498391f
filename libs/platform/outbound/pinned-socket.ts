import { connect, type Socket } from 'node:net';
import { connect as connectSecurely, type ConnectionOptions } from 'node:tls';
import { orAborted } from './abortable.js';
import type { Address } from './addresses.js';
import { connectFault } from './faults.js';
import { OutboundError } from './outbound.errors.js';
import type { Target } from './target.js';

const MOST_ATTEMPTS = 6;

export interface SocketOptions {
  readonly timeoutMs: number;
  /** Certificates of authorities to trust instead of Node's, PEM. */
  readonly ca: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Connects to the first of the addresses that answers, and to nothing else: no name is looked up from here on. TLS still
 * asks for, and checks, the name in the URL.
 * @throws OutboundError of the last attempt: `connect`, `tls`, `timeout`, `aborted`
 */
export async function pinnedSocket(
  target: Target,
  addresses: readonly Address[],
  options: SocketOptions,
): Promise<Socket> {
  let fault: OutboundError | undefined;
  for (const address of addresses.slice(0, MOST_ATTEMPTS)) {
    try {
      return await attempt(target, address, options);
    } catch (error) {
      fault = connectFault(error, target);
      if (fault.kind === 'aborted') break;
    }
  }
  throw fault ?? new OutboundError('connect', `${target.host} has no address`);
}

async function attempt(target: Target, address: Address, { timeoutMs, ca, signal }: SocketOptions): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<undefined>();
  const late = new OutboundError('timeout', `${target.host} did not take the connection in time`);
  const timer = setTimeout(() => reject(late), timeoutMs);
  const where = { host: address.toString(), port: target.port };
  const socket = target.secure ? connectSecurely({ ...where, ...secureOptions(target, ca) }) : connect(where);
  socket.once(target.secure ? 'secureConnect' : 'connect', () => resolve(undefined)).on('error', reject);
  // A server may hang up in the middle of a handshake without a word.
  socket.once('close', () => reject(new Error('closed')));
  try {
    await orAborted(promise, signal);
    return socket.setNoDelay(true);
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

function secureOptions({ address, host }: Target, ca: string | undefined): ConnectionOptions {
  // An address has no server name (RFC 6066, section 3); the certificate is then checked for the address.
  return { ALPNProtocols: ['http/1.1'], ...(address ? {} : { servername: host }), ...(ca && { ca }) };
}
