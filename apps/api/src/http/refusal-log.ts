import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { ANONYMOUS, DomainError, type Principal } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { presentsCredential } from './access/credentials.js';

/** A request with what passport may leave on it. */
export type HandledRequest = Request & { readonly user?: Principal };

/**
 * Notes refusals in the audit trail: every `forbidden`, and every `unauthenticated` of a request that sent a credential.
 * What is no refusal: a request without any credential, what is not there for the caller to see (that would tell what is),
 * bad input, and changes that the state of things forbids, such as to delete what is protected.
 */
@Injectable()
export class RefusalLog {
  constructor(private readonly audit: AuditTrail) {}

  /** Never throws, and keeps nobody waiting. */
  note(error: unknown, request: HandledRequest): void {
    if (!(error instanceof DomainError) || !isRefusal(error, request)) return;
    const { method, originalUrl, user = ANONYMOUS } = request;
    const { path: pattern } = (request.route ?? {}) as { path?: string }; // where a route was found
    const path = originalUrl.split('?', 1)[0] ?? '';
    this.audit.recordRefusal(user, {
      action: `${method} ${pattern ?? path}`,
      target: { kind: 'route', name: path },
      reason: error.code === 'forbidden' ? error.message : 'The credential is malformed, unknown, revoked or expired',
    });
  }
}

function isRefusal({ code }: DomainError, request: Request): boolean {
  return code === 'forbidden' || (code === 'unauthenticated' && presentsCredential(request));
}
