import { errors } from 'undici';
import { OutboundError } from './outbound.errors.js';
import type { Target } from './target.js';

const TLS_CODE =
  /^(ERR_TLS|ERR_SSL|ERR_OSSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|HOSTNAME_MISMATCH|EPROTO|UND_ERR_PRX_TLS)/;
const TIMEOUTS = new Set(['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT', 'ETIMEDOUT']);
const BROKEN_OFF = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'ECONNRESET',
  'EPIPE',
  'UND_ERR_DESTROYED',
]);

/** The code of a failed call of Node or undici, such as `ECONNREFUSED`; empty where it has none. */
export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : '';
}

/** What a connection that did not come about means. */
export function connectFault(cause: unknown, { host, port }: Target): OutboundError {
  if (cause instanceof OutboundError) return cause;
  const code = codeOf(cause);
  if (TLS_CODE.test(code))
    return new OutboundError('tls', `There is no secure connection to ${host} (${code})`, { cause });
  if (TIMEOUTS.has(code)) return new OutboundError('timeout', `${host} did not take the connection in time`, { cause });
  return new OutboundError('connect', `${host} takes no connection at port ${port}${code && ` (${code})`}`, { cause });
}

/** What a failure after that means: of the request, or of the body. */
export function exchangeFault(cause: unknown, target: Target): OutboundError {
  if (cause instanceof OutboundError) return cause;
  const code = codeOf(cause);
  const { host } = target;
  if (TIMEOUTS.has(code)) return new OutboundError('timeout', `${host} sent nothing for too long`, { cause });
  if (BROKEN_OFF.has(code) || endsEarly(cause))
    return new OutboundError('interrupted', `${host} broke the connection off`, { cause });
  if (isUnreadable(cause)) return new OutboundError('protocol', `${host} does not answer in HTTP`, { cause });
  return connectFault(cause, target); // a proxy's refusal comes this late
}

function isUnreadable(cause: unknown): boolean {
  return codeOf(cause) === 'UND_ERR_HEADERS_OVERFLOW' || cause instanceof errors.HTTPParserError;
}

/** A chunked body without its last chunk. */
function endsEarly(cause: unknown): boolean {
  return cause instanceof errors.HTTPParserError && cause.message.includes('EOF');
}

/** The caller's wish to stop. */
export function aborted(signal: AbortSignal): OutboundError {
  return new OutboundError('aborted', 'The request was ended', { cause: signal.reason });
}
