import { HttpException } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '#kernel';
import { databaseAway } from '#platform/database';
import { allowedMethods } from './allowed-methods.js';

/** What is wrong with a request, or with us, for a dialect to say in its own words. */
export type Problem =
  | { readonly kind: 'domain'; readonly error: DomainError }
  /** Of the router or of a parser. */
  | { readonly kind: 'http'; readonly status: number; readonly message: string }
  /** Nobody's but ours. */
  | { readonly kind: 'fault' };

/** Sorts an error. Sends `Allow` where a path does not take the request's method. */
export function problemOf(error: unknown, request: Request, response: Response): Problem {
  const known = error instanceof DomainError ? error : databaseAway(error);
  if (known) return { kind: 'domain', error: known };
  const parse = parserProblem(error instanceof HttpException ? error.cause : error);
  if (parse) return { kind: 'http', ...parse };
  if (error instanceof HttpException) return { kind: 'http', ...routerProblem(error, request, response) };
  return { kind: 'fault' };
}

interface HttpProblem {
  readonly status: number;
  readonly message: string;
}

/** An unknown path, or a known one with a method it does not take. */
function routerProblem(error: HttpException, request: Request, response: Response): HttpProblem {
  const status = error.getStatus();
  if (status !== 404) return { status, message: error.message };
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return { status, message: 'Not Found' };
  response.setHeader('Allow', allowed.join(', '));
  return { status: 405, message: 'Method Not Allowed' };
}

/** What the JSON parser and the router refuse, and Nest wraps: malformed, too large, an unknown charset, a broken escape. */
function parserProblem(error: unknown): HttpProblem | undefined {
  const { status, type, name } = (error ?? {}) as { status?: number; type?: string; name?: string };
  if (type === 'entity.too.large') return { status: 413, message: 'The JSON body is too large' };
  if (type === 'entity.parse.failed') return { status: 400, message: 'The body is not valid JSON' };
  if (type === 'request.aborted') return { status: 400, message: 'The body ended early' };
  if (name === 'URIError') return { status: 400, message: 'The path has a malformed escape' };
  if (typeof type === 'string' && status !== undefined && status >= 400 && status < 500) {
    return { status, message: 'The body cannot be read: check its Content-Type, charset and encoding' };
  }
  return undefined;
}
