import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { AuditEvent, AuditFacts, AuditOutcome } from './audit-event.js';
import { auditStatement, type AuditQuery } from './audit-query.js';

/** A row to be written, by its columns. */
export interface NewAuditRow {
  readonly actor_id: number | null;
  readonly actor: string | null;
  readonly token_id: number | null;
  readonly address: string | null;
  readonly action: string;
  readonly target_kind: string;
  readonly target_id: number | null;
  readonly target: string;
  readonly outcome: AuditOutcome;
  readonly reason: string | null;
  readonly request_id: string | null;
  readonly before: AuditFacts | null;
  readonly after: AuditFacts | null;
}

const COLUMNS = [
  ...['actor_id', 'actor', 'token_id', 'address', 'action', 'target_kind', 'target_id', 'target', 'outcome', 'reason'],
  ...['request_id', 'before', 'after'],
].join(', ');

const INSERT = `INSERT INTO audit_events (${COLUMNS})
  SELECT ${COLUMNS} FROM jsonb_to_recordset($1) AS entry (actor_id int, actor text, token_id int, address inet, action text,
    target_kind text, target_id int, target text, outcome text, reason text, request_id text, before jsonb, after jsonb)`;

/** However many rows, it is one statement. */
export function auditInsertStatement(rows: readonly NewAuditRow[]): { text: string; values: unknown[] } {
  return { text: INSERT, values: [JSON.stringify(rows)] };
}

/** PostgreSQL's bigint as the driver reads it: text. */
type Row = Omit<AuditEvent, 'id'> & { readonly id: string };

/** The only queries on the trail: it is read, and added to. */
@Injectable()
export class AuditRepository {
  constructor(private readonly database: Database) {}

  /** In the transaction under way if there is one; the moment is the database's. */
  async insert(rows: readonly NewAuditRow[]): Promise<void> {
    const { text, values } = auditInsertStatement(rows);
    await this.database.query(text, values);
  }

  /** Newest first; `limit` rows at most. */
  async list(query: AuditQuery): Promise<AuditEvent[]> {
    const { text, values } = auditStatement(query);
    const rows = (await this.database.readPlanned<Row>(text, values)).map((row) => ({ ...row, id: Number(row.id) }));
    return query.slice.kind === 'before' ? rows.reverse() : rows;
  }
}
