import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import pino, { type DestinationStream } from 'pino';
import type { Options } from 'pino-http';
import type { Config } from '#platform/config';

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** Under load lines are written several at a time, which costs a fraction of writing each; they wait a quarter second at most. */
const STANDARD_ERROR = { dest: 2, sync: false, minLength: 8192, periodicFlush: 250 };

/** How `pino-http` is to log, and where to. */
export type RequestLog = [Options, DestinationStream];

/**
 * JSON lines, one for each request, on standard error unless told otherwise. No header, query or body is logged, nor
 * what a statement's values were: that is where secrets are.
 */
export function requestLog(
  { logLevel }: Config,
  destination: DestinationStream = pino.destination(STANDARD_ERROR),
): RequestLog {
  const options: Options = {
    level: logLevel,
    genReqId: (request, response) => assignRequestId(request, response),
    serializers: { req: describeRequest, res: describeResponse, err: describeError },
    customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
    quietReqLogger: true,
  };
  return [options, destination];
}

/** The client's own id for a request if it is harmless, else a new one; the answer carries it as `X-Request-Id`. */
function assignRequestId(request: IncomingMessage, response: ServerResponse): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}

interface LoggedRequest {
  readonly method: string;
  readonly url: string;
  readonly remoteAddress: string;
}

function describeRequest({ method, url, remoteAddress }: LoggedRequest): object {
  return { method, path: url.split('?', 1)[0], remoteAddress };
}

function describeResponse({ statusCode }: { statusCode: number }): object {
  return { statusCode };
}

interface LoggedError {
  readonly type: string;
  readonly code?: string;
  /** Those of its causes included. */
  readonly message: string;
  readonly stack: string;
  readonly aggregateErrors?: readonly LoggedError[];
}

/** Leaves out all else that errors carry: PostgreSQL's quote the whole row, TypeORM's the parameters. */
function describeError({ type, code, message, stack, aggregateErrors }: LoggedError): object {
  return { type, code, message, stack, aggregateErrors: aggregateErrors?.map(describeError) };
}
