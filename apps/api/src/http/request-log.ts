import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Params } from 'nestjs-pino';
import pino from 'pino';
import type { Config } from '#platform/config';

const REQUEST_ID = /^[\w.:-]{1,64}$/;

/** JSON lines on standard error, one for each request. No header, query or body is logged: that is where secrets are. */
export function requestLog({ logLevel }: Config): Params {
  return {
    pinoHttp: [
      {
        level: logLevel,
        genReqId: (request, response) => assignRequestId(request, response),
        serializers: { req: describeRequest, res: describeResponse },
        customLogLevel: (_request, response, error) => (error || response.statusCode >= 500 ? 'error' : 'info'),
        quietReqLogger: true,
      },
      pino.destination({ dest: 2, sync: false }),
    ],
  };
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
