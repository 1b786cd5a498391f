import { NotAcceptableException } from '@nestjs/common';
import accepts from 'accepts';
import type { Request } from 'express';
import { DomainError } from '#kernel';
import { one, type RawQuery } from '../native.paging.js';

/** By what `format` calls them. JSON is a page, the others are everything. */
const TYPES = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

export type ExportType = (typeof TYPES)['ndjson' | 'csv'];
type AuditType = (typeof TYPES)[keyof typeof TYPES];

/** What `format` names, else what `Accept` prefers. @throws DomainError `invalid` for an unknown format; 406 */
export function auditType(request: Request): AuditType {
  const format = one(request.query as RawQuery, 'format');
  if (format !== undefined) return typeOf(format);
  const type = accepts(request).types(Object.values(TYPES));
  if (type === false) throw new NotAcceptableException(`Accept must allow one of ${Object.values(TYPES).join(', ')}`);
  return type as AuditType; // one of those it was given
}

function typeOf(format: string): AuditType {
  const [, type] = Object.entries(TYPES).find(([name]) => name === format) ?? [];
  if (type) return type;
  throw DomainError.field('invalid', 'format', `Format must be one of ${Object.keys(TYPES).join(', ')}`);
}
