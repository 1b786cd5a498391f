import type { IncomingMessage } from 'node:http';

/** Whether a request has a body, if only an empty one (RFC 9112, section 6.3). */
export function bringsBody({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
