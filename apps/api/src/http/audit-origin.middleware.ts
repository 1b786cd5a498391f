import type { NextFunction, Request, Response } from 'express';
import { withAuditOrigin } from '#domain/audit';

/** Lets the audit trail know where a request came from. To be passed after what gives requests their ids. */
export function auditOriginMiddleware(request: Request, response: Response, next: NextFunction): void {
  withAuditOrigin({ address: () => request.ip, requestId: String(response.getHeader('X-Request-Id')) }, next);
}
