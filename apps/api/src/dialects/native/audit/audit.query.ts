import { FieldProblems, type Page } from '#kernel';
import {
  AUDIT_OUTCOMES,
  type AuditEvent,
  type AuditFilters,
  type AuditPosition,
  type AuditQuery,
  type AuditSlice,
  positionOf,
} from '#domain/audit';
import { one, type PageLinks, type RawQuery, readLimit } from '../native.paging.js';

const ACTION = /^([a-z]+\.[a-z_]+|[A-Z]+ \/\S*)$/;
const MAX_TEXT = 512;
const MOMENT = /^(\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** Reads the query of the audit list. @throws DomainError `invalid` that names every parameter which means nothing */
export function readAuditQuery(query: RawQuery): AuditQuery {
  const problems = new FieldProblems();
  const filters = readFilters(query, problems);
  const slice = readCursor(one(query, 'cursor'));
  problems.check(slice !== undefined, 'cursor', 'Cursor is not one of this list: take it from a Link');
  problems.throwIfAny();
  return { filters, slice: slice ?? { kind: 'first' }, limit: readLimit(query) };
}

export function auditLinks({ items, hasPrevious, hasNext }: Page<AuditEvent>): PageLinks {
  const link = (direction: 'after' | 'before', event: AuditEvent | undefined): { cursor: string } | undefined =>
    event && { cursor: writeCursor(direction, positionOf(event)) };
  return {
    first: { cursor: undefined },
    prev: hasPrevious ? link('before', items[0]) : undefined,
    next: hasNext ? link('after', items.at(-1)) : undefined,
  };
}

function readFilters(query: RawQuery, problems: FieldProblems): AuditFilters {
  const [actor, action, target] = ['actor', 'action', 'target'].map((name) => one(query, name));
  const outcome = AUDIT_OUTCOMES.find((known) => known === one(query, 'outcome'));
  const [since, until] = ['since', 'until'].map((name) => readMoment(one(query, name), name, problems));
  problems
    .check((actor?.length ?? 0) <= MAX_TEXT, 'actor', `Actor cannot be longer than ${MAX_TEXT} characters in length`)
    .check(
      action === undefined || (action.length <= MAX_TEXT && ACTION.test(action)),
      'action',
      'Action must be written like image.create, or like DELETE /users/:username for what was refused',
    )
    .check((target?.length ?? 0) <= MAX_TEXT, 'target', `Target cannot be longer than ${MAX_TEXT} characters in length`)
    .check(
      outcome !== undefined || one(query, 'outcome') === undefined,
      'outcome',
      `Outcome must be one of ${AUDIT_OUTCOMES.join(', ')}`,
    )
    .check(!since || !until || since < until, 'until', 'Until must be later than since');
  return { actor, action, target, outcome, since, until };
}

function readMoment(text: string | undefined, name: string, problems: FieldProblems): Date | undefined {
  if (text === undefined) return undefined;
  const [, day] = MOMENT.exec(text) ?? [];
  const moment = new Date(text);
  if (day !== undefined && isDay(day) && !Number.isNaN(moment.getTime())) return moment;
  const title = name.charAt(0).toUpperCase() + name.slice(1);
  problems.add(
    name,
    `${title} must be a time of ISO 8601 with its zone, like 2026-03-14T09:26:53Z, or a day like 2026-03-14`,
  );
  return undefined;
}

/** JavaScript takes the 31st of April for the first of May; and no year before 1 is one to PostgreSQL. */
function isDay(day: string): boolean {
  const moment = new Date(day);
  return !Number.isNaN(moment.getTime()) && moment.toISOString().startsWith(day) && !day.startsWith('0000');
}

function writeCursor(direction: 'after' | 'before', { at, id }: AuditPosition): string {
  return Buffer.from(JSON.stringify([direction, at.getTime(), id])).toString('base64url');
}

/** Undefined for what is no cursor. */
function readCursor(text: string | undefined): AuditSlice | undefined {
  if (text === undefined) return { kind: 'first' };
  const [kind, atMs, id] = parseArray(Buffer.from(text, 'base64url').toString());
  if ((kind !== 'after' && kind !== 'before') || !isCount(atMs) || !isCount(id)) return undefined;
  const at = new Date(atMs);
  return at.getUTCFullYear() <= 9999 ? { kind, position: { at, id } } : undefined; // NaN where it is no date
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}

function parseArray(json: string): unknown[] {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : [];
  } catch {
    return [];
  }
}
