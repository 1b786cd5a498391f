import { DomainError } from '#kernel';
import type { Holdings, QuotaSubject, Standing } from './quota-view.js';

export const quotaNotFound = (): DomainError => new DomainError('not_found', 'Not Found');

export const operatorsOnly = (): DomainError =>
  new DomainError('forbidden', 'Quotas are set by whoever has a global role for it');

/** Why `asked` does not fit beside what is used and reserved; undefined where it does. */
export function excess(standing: Standing, asked: Holdings): DomainError | undefined {
  const { limitBytes, usedBytes, reservedBytes, limitImages, usedImages, reservedImages } = standing;
  const reasons = [
    ...tooMuch('bytes', limitBytes, usedBytes, reservedBytes, asked.bytes),
    ...tooMuch('images', limitImages, usedImages, reservedImages, asked.images),
  ];
  if (reasons.length === 0) return undefined;
  return new DomainError('quota_exceeded', `Over the quota of ${described(standing)}: ${reasons.join('; ')}`);
}

function tooMuch(unit: string, limit: number | null, used: number, reserved: number, asked: number): string[] {
  if (limit === null || used + reserved + asked <= limit) return [];
  return [`limit ${limit} ${unit}, used ${used}, reserved by pushes under way ${reserved}, asked ${asked}`];
}

function described({ type, name }: QuotaSubject): string {
  return `${type} ${name}`;
}
