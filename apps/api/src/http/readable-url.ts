import type { NextFunction, Request, Response } from 'express';
import { DomainError } from '#kernel';

/** Refuses a path with a malformed escape, whoever would take it, and U+0000, which PostgreSQL cannot keep. */
export function requireReadableUrl({ originalUrl }: Request, _response: Response, next: NextFunction): void {
  if (originalUrl.includes('%')) {
    if (originalUrl.includes('%00')) throw new DomainError('invalid', 'U+0000 is not taken in a path or query');
    decodeURIComponent(originalUrl.split('?', 1)[0] ?? '');
  }
  next();
}
