import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { DomainError } from '#kernel';
import { allowBody } from './expect-continue.js';

const LIMIT_BYTES = 256 * 1024;

/**
 * Parses JSON bodies, of which none here needs to be large. Other bodies are left to whoever wants them.
 * U+0000 is refused in every text: PostgreSQL cannot keep it.
 */
export function jsonBodies(idleTimeoutMs: number): RequestHandler {
  const parse = express.json({ limit: LIMIT_BYTES, type: 'application/json', reviver: refuseNul });
  return (request: Request, response: Response, next: NextFunction): void => {
    if (request.originalUrl.includes('%00')) {
      next(new DomainError('invalid', 'U+0000 is not taken in a path or query'));
      return;
    }
    if (!request.is('application/json')) {
      next();
      return;
    }
    allowBody(request, response);
    request.setTimeout(idleTimeoutMs, () => request.destroy());
    parse(request, response, (error?: unknown) => {
      request.setTimeout(0);
      next(error);
    });
  };
}

function refuseNul(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0')) throw new SyntaxError('U+0000 in a text');
  return value;
}
