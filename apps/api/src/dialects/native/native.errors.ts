import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError, type ErrorCode } from '#kernel';
import { databaseAway } from '#platform/database';
import { allowedMethods } from '../../http/allowed-methods.js';
import { type HandledRequest, RefusalLog } from '../../http/refusal-log.js';

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

interface Answer {
  readonly status: number;
  readonly body: object;
}

/** Gives every error the contract's shape (section 4): a map of fields to messages, or `{"message": …}`. */
@Catch()
export class NativeErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(private readonly refusals: RefusalLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<HandledRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    this.refusals.note(error, request);
    const { status, body } = this.answer(error, request, response);
    if (response.headersSent) {
      // Too late for an answer: a cut connection is the only honest end of a body that cannot be finished.
      response.destroy();
      return;
    }
    for (const name of [
      'Content-Type',
      'ETag',
      'Last-Modified',
      'Repr-Digest',
      'Content-Disposition',
      'Accept-Ranges',
      'Cache-Control',
    ]) {
      response.removeHeader(name);
    }
    if (status === 401 && !response.hasHeader('WWW-Authenticate')) {
      response.setHeader('WWW-Authenticate', 'Bearer realm="Diskyard"'); // RFC 9110, section 15.5.2
    }
    response.status(status).json(body);
  }

  private answer(error: unknown, request: Request, response: Response): Answer {
    const known = error instanceof DomainError ? error : databaseAway(error);
    if (known) return this.fromDomain(known);
    const parse = bodyParserProblem(error instanceof HttpException ? error.cause : error);
    if (parse) return parse;
    if (error instanceof HttpException) return fromHttp(error, request, response);
    this.logger.error({ err: error }, 'a request failed');
    return { status: 500, body: { message: 'Internal error', request_id: response.getHeader('X-Request-Id') } };
  }

  private fromDomain(error: DomainError): Answer {
    const status = STATUS[error.code];
    if (status >= 500) this.logger.error({ err: error }, error.message);
    if (status === 400 && error.fields) return { status, body: error.fields };
    return { status, body: { message: error.message } };
  }
}

/** The router's own: an unknown path, or a known one with a method it does not take. */
function fromHttp(error: HttpException, request: Request, response: Response): Answer {
  const status = error.getStatus();
  if (status !== 404) return { status, body: { message: error.message } };
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return { status, body: { message: 'Not Found' } };
  response.setHeader('Allow', allowed.join(', '));
  return { status: 405, body: { message: 'Method Not Allowed' } };
}

/** What the JSON parser and the router refuse, and Nest wraps: malformed, too large, an unknown charset, a broken escape. */
function bodyParserProblem(error: unknown): Answer | undefined {
  const { status, type, name } = (error ?? {}) as { status?: number; type?: string; name?: string };
  if (type === 'entity.too.large') return { status: 413, body: { message: 'The JSON body is too large' } };
  if (type === 'entity.parse.failed') return { status: 400, body: { message: 'The body is not valid JSON' } };
  if (type === 'request.aborted') return { status: 400, body: { message: 'The body ended early' } };
  if (name === 'URIError') return { status: 400, body: { message: 'The path has a malformed escape' } };
  if (typeof type === 'string' && status !== undefined && status >= 400 && status < 500) {
    return { status, body: { message: 'The body cannot be read: check its Content-Type, charset and encoding' } };
  }
  return undefined;
}
