import { type ArgumentsHost, Catch, type ExceptionFilter, Logger } from '@nestjs/common';
import type { Request, Response } from 'express';
import { type HandledRequest, type RefusalLog } from './refusal-log.js';
import { type Problem, problemOf } from './request-problem.js';

/** The answer to a problem. */
export interface ErrorAnswer {
  readonly status: number;
  readonly body: object;
}

/** How a dialect answers what goes wrong. */
export interface DialectErrors {
  /** Whether a request is one of the dialect's, also one for a path that nobody knows. */
  speaks(request: Request): boolean;
  /** May also change headers of the response. */
  answer(problem: Problem, response: Response): ErrorAnswer;
}

/** What an answer said of the body that it will not have. */
const HEADERS_OF_BODIES = [
  'Content-Type',
  'ETag',
  'Last-Modified',
  'Repr-Digest',
  'Content-Disposition',
  'Accept-Ranges',
  'Cache-Control',
];

/** Answers every error in the dialect of its request: the first of those given that speaks it. */
@Catch()
export class ErrorFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  constructor(
    private readonly refusals: RefusalLog,
    private readonly dialects: readonly DialectErrors[],
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<HandledRequest>();
    const response = host.switchToHttp().getResponse<Response>();
    this.refusals.note(error, request);
    const problem = problemOf(error, request, response);
    if (problem.kind === 'fault') this.logger.error({ err: error }, 'a request failed');
    const { status, body } = this.answer(problem, request, response);
    if (problem.kind === 'domain' && status >= 500) this.logger.error({ err: problem.error }, problem.error.message);
    if (response.headersSent) {
      // Too late for an answer: a cut connection is the only honest end of a body that cannot be finished.
      response.destroy();
      return;
    }
    for (const name of HEADERS_OF_BODIES) response.removeHeader(name);
    response.status(status).json(body);
  }

  private answer(problem: Problem, request: Request, response: Response): ErrorAnswer {
    const dialect = this.dialects.find((one) => one.speaks(request));
    if (!dialect) throw new Error('no dialect speaks for the rest');
    return dialect.answer(problem, response);
  }
}
