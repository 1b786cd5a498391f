import { AsyncLocalStorage } from 'node:async_hooks';
import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import pino, { type DestinationStream, type Logger } from 'pino';
import type { Options as PinoHttpOptions } from 'pino-http';
import type { Config } from '#platform/config';
import { describeError, standardError } from '#platform/logging';

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/**
 * JSON lines, one for each request, on standard error unless told otherwise. No header, query or body is logged, nor
 * what a statement's values were: that is where secrets are. Whatever else is logged during a request carries its id.
 */
export class RequestLog {
  /** How nestjs-pino is to log everything but the lines of the requests themselves. */
  readonly options: PinoHttpOptions;
  private readonly requests: Logger;
  private readonly requestId = new AsyncLocalStorage<string>();

  constructor({ logLevel }: Config, destination: DestinationStream = standardError()) {
    const options = { level: logLevel };
    const logger = pino({ ...options, mixin: () => ({ reqId: this.requestId.getStore() }) }, destination);
    this.options = { logger, serializers: { err: describeError } };
    this.requests = pino(options, destination);
  }

  /** To be passed first: nothing should be answered without a line. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    const startedMs = performance.now();
    const id = assignRequestId(request, response);
    const { method, originalUrl } = request;
    const { remoteAddress } = request.socket; // gone once the connection is
    response.once('close', () => {
      const { statusCode, writableFinished } = response;
      const line = {
        reqId: id,
        req: { method, path: originalUrl.split('?', 1)[0], remoteAddress },
        res: { statusCode },
        responseTime: Math.round(performance.now() - startedMs),
      };
      const level = statusCode >= 500 ? 'error' : 'info';
      this.requests[level](line, writableFinished ? 'request completed' : 'request aborted');
    });
    this.requestId.run(id, next);
  };
}

/** The client's own id for a request if it is harmless, else a new one; the answer carries it as `X-Request-Id`. */
function assignRequestId(request: Request, response: Response): string {
  const given = request.headers['x-request-id'];
  const id = typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
  response.setHeader('X-Request-Id', id);
  return id;
}
