import type { AuditEvent, AuditOutcome } from './audit-event.js';

/** What to choose among events; each narrows further. */
export interface AuditFilters {
  /** Username, whatever the case. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  /** As it was recorded. */
  readonly target?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  /** Not before. */
  readonly since?: Date | undefined;
  /** Before. */
  readonly until?: Date | undefined;
}

/** A place in the list, between one event and the next. */
export interface AuditPosition {
  readonly at: Date;
  readonly id: number;
}

/** `after` is further down, towards older events. */
export type AuditSlice =
  { readonly kind: 'first' } | { readonly kind: 'after' | 'before'; readonly position: AuditPosition };

export interface AuditQuery {
  readonly filters: AuditFilters;
  readonly slice: AuditSlice;
  readonly limit: number;
}

export function positionOf({ at, id }: AuditEvent): AuditPosition {
  return { at, id };
}

const SELECT = `SELECT id, at, actor_id AS "actorId", actor, token_id AS "tokenId", host(address) AS address, action,
  target_kind AS "targetKind", target_id AS "targetId", target, outcome, reason, request_id AS "requestId", before, after
  FROM audit_events`;

/** Each condition is one that an index answers, in the order of the list; what was not asked for is not in the text. */
export function auditStatement({ filters, slice, limit }: AuditQuery): { text: string; values: unknown[] } {
  const values: unknown[] = [];
  const conditions: string[] = [];
  const where = (value: unknown, condition: (parameter: string) => string): void => {
    if (value !== undefined) conditions.push(condition(`$${values.push(value)}`));
  };
  where(filters.actor, (name) => `lower(actor) = lower(${name})`);
  where(filters.action, (action) => `action = ${action}`);
  where(filters.target, (target) => `target = ${target}`);
  where(filters.outcome, (outcome) => `outcome = ${outcome}`);
  where(filters.since, (since) => `at >= ${since}`);
  where(filters.until, (until) => `at < ${until}`);
  if (slice.kind !== 'first') {
    const { at, id } = slice.position;
    const operator = slice.kind === 'after' ? '<' : '>';
    const [moment, number] = [`$${values.push(at)}`, `$${values.push(id)}`];
    // The first follows from the second, but only by it does PostgreSQL see which months it can leave out.
    conditions.push(`at ${operator}= ${moment}`, `(at, id) ${operator} (${moment}, ${number})`);
  }
  const direction = slice.kind === 'before' ? 'ASC' : 'DESC';
  const filter = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
  const text = `${SELECT} ${filter} ORDER BY at ${direction}, id ${direction} LIMIT $${values.push(limit)}`;
  return { text, values };
}
