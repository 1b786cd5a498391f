import { AsyncLocalStorage } from 'node:async_hooks';
import { isIP } from 'node:net';

/** Where a request came from. */
export interface AuditOrigin {
  /** IPv4 or IPv6 in text, or null where nothing usable is known. */
  readonly address: string | null;
  readonly requestId: string | null;
}

const NOWHERE: AuditOrigin = { address: null, requestId: null };

/** As the request tells it: looked at only when something is noted, since most requests are not. */
interface Source {
  readonly address: () => string | undefined;
  readonly requestId: string;
}

const current = new AsyncLocalStorage<Source>();

/** Runs the work of a request; whatever is noted during it carries its address and id. */
export function withAuditOrigin<T>(source: Source, work: () => T): T {
  return current.run(source, work);
}

/** Of the request under way; nothing where there is none. */
export function auditOrigin(): AuditOrigin {
  const source = current.getStore();
  return source ? { address: toAddress(source.address()), requestId: source.requestId } : NOWHERE;
}

/** As PostgreSQL's `inet` takes it: a proxy's header may say anything, and a change must not fail for that. */
function toAddress(text = ''): string | null {
  const address = text.replace(/^::ffff:(?=\d+\.)/i, '').replace(/%.*$/, '');
  return isIP(address) === 0 ? null : address;
}
