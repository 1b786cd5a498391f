import { DomainError } from '#kernel';

const MAX_ID = 2 ** 31 - 1;

/** An id in a path. What cannot be one names nothing. @throws DomainError `not_found` */
export function readId(text: string): number {
  const id = /^\d{1,10}$/.test(text) ? Number(text) : 0;
  if (id < 1 || id > MAX_ID) throw new DomainError('not_found', 'Not Found');
  return id;
}
