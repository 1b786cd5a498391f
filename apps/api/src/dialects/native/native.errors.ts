import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { type DomainError, type ErrorCode } from '#kernel';
import type { DialectErrors, ErrorAnswer } from '../../http/error.filter.js';
import type { Problem } from '../../http/request-problem.js';

/** The native dialect's answer to each kind of domain error. A new kind does not compile until it stands here. */
const STATUS: Readonly<Record<ErrorCode, number>> = {
  invalid: 400,
  unsupported_format: 400,
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

/** Gives every error the contract's shape (section 4): a map of fields to messages, or `{"message": …}`. */
@Injectable()
export class NativeErrors implements DialectErrors {
  /** Also whatever is no other dialect's. */
  speaks(): boolean {
    return true;
  }

  answer(problem: Problem, response: Response): ErrorAnswer {
    const answer = inOurWords(problem, response);
    if (!response.headersSent && answer.status === 401 && !response.hasHeader('WWW-Authenticate')) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="Diskyard"'); // RFC 9110, section 15.5.2
    }
    return answer;
  }
}

function inOurWords(problem: Problem, response: Response): ErrorAnswer {
  switch (problem.kind) {
    case 'domain':
      return fromDomain(problem.error);
    case 'http':
      return { status: problem.status, body: { message: problem.message } };
    case 'fault':
      return { status: 500, body: { message: 'Internal error', request_id: response.getHeader('X-Request-Id') } };
  }
}

function fromDomain({ code, fields, message }: DomainError): ErrorAnswer {
  const status = STATUS[code];
  return { status, body: status === 400 && fields ? fields : { message } };
}
