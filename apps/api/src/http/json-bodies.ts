import express, { type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { DomainError } from '#kernel';
import { bringsBody } from './brings-body.js';
import { allowBody } from './expect-continue.js';

const LIMIT_BYTES = 256 * 1024;

/**
 * Parses JSON bodies, of which none here needs to be large. Other bodies are left to whoever wants them.
 * U+0000 is refused in every text: PostgreSQL cannot keep it.
 */
export function jsonBodies(idleTimeoutMs: number): RequestHandler {
  const parse = express.json({ limit: LIMIT_BYTES, type: 'application/json', reviver: refuseNul });
  return (request: Request, response: Response, next: NextFunction): void => {
    if (!bringsBody(request) || !request.is('application/json')) {
      next();
      return;
    }
    if (Number(request.headers['content-length']) > LIMIT_BYTES) {
      next(tooLarge());
      return;
    }
    allowBody(request, response);
    request.setTimeout(idleTimeoutMs, () => request.destroy());
    const finish = once((error?: unknown) => {
      request.setTimeout(0);
      next(error);
    });
    parse(request, response, finish);
    refuseExcess(request, finish);
  };
}

/** The parser notices too, and keeps it to itself until the client has sent everything. */
function refuseExcess(request: Request, refuse: (error: Error) => void): void {
  let received = 0;
  request.on('data', (chunk: Buffer) => {
    received += chunk.length;
    if (received > LIMIT_BYTES) refuse(tooLarge());
  });
}

const tooLarge = (): DomainError => new DomainError('too_large', 'The JSON body is too large');

/** Two may find fault with one body; the first is heard. */
function once(callback: (error?: unknown) => void): (error?: unknown) => void {
  let called = false;
  return (error) => {
    if (!called) callback(error);
    called = true;
  };
}

function refuseNul(_key: string, value: unknown): unknown {
  if (typeof value === 'string' && value.includes('\0')) throw new SyntaxError('U+0000 in a text');
  return value;
}
