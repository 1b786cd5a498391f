import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { DomainError, ErrorCode } from '#kernel';
import type { DialectErrors, ErrorAnswer } from '../../http/error.filter.js';
import type { Problem } from '../../http/request-problem.js';
import { isForChutes } from './chutes.routing.js';
import { type InvalidItem, objection, UnprocessableError } from './chutes.validation.js';

/** The dialect's answer to each kind of domain error. A new kind does not compile until it stands here. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unsupported_format: 422,
  checksum_mismatch: 400,
  incomplete_body: 400,
  unauthenticated: 401,
  forbidden: 403,
  not_found: 404,
  timeout: 408,
  conflict: 409,
  invalid_state: 409,
  too_large: 413,
  quota_exceeded: 413,
  range_not_satisfiable: 416,
  storage_unavailable: 503,
  unavailable: 503,
  storage_full: 507,
};

/** What the registry calls the fields that have another name here. */
const FIELDS: Readonly<Record<string, string>> = { namespace: 'name', file: 'build_context' };

/** Errors as the contract has them: `{"detail": …}`, always JSON, and never a challenge. */
@Injectable()
export class ChutesErrors implements DialectErrors {
  speaks(request: Request): boolean {
    return isForChutes(request);
  }

  answer(problem: Problem, response: Response): ErrorAnswer {
    if (!response.headersSent) response.removeHeader('WWW-Authenticate');
    switch (problem.kind) {
      case 'domain':
        return fromDomain(problem.error);
      case 'http':
        return { status: problem.status, body: { detail: problem.message } };
      case 'fault': {
        const requestId = response.getHeader('X-Request-Id');
        return { status: 500, body: { detail: 'Internal Server Error', request_id: requestId } };
      }
    }
  }
}

function fromDomain(error: DomainError): ErrorAnswer {
  const { code, fields, message, scope } = error;
  if (error instanceof UnprocessableError) return { status: 422, body: { detail: error.items } };
  if (code === 'invalid' && fields) return { status: 422, body: { detail: itemsOf(fields) } };
  // The contract's 2.6: what a credential's scopes do not cover is as if there were no credential.
  const status = code === 'forbidden' && scope !== undefined ? 401 : STATUS[code];
  return { status, body: { detail: message } };
}

function itemsOf(fields: NonNullable<DomainError['fields']>): InvalidItem[] {
  return Object.entries(fields).flatMap(([field, messages]) =>
    messages.map((message) => objection(FIELDS[field] ?? field, message)),
  );
}
