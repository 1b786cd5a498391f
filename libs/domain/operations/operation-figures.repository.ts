import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import { OPERATION_KINDS, type OperationKind, type OperationStatus } from './operation.js';

/** Operations of one kind that have not ended. */
export interface UnfinishedWork {
  readonly kind: OperationKind;
  readonly status: Extract<OperationStatus, 'queued' | 'running'>;
  readonly count: number;
  /** For how long the longest of them has been due; 0 where none is. */
  readonly oldestSeconds: number;
}

/** Operations of one kind that ended so, and took no longer than `withinSeconds` and longer than the next bound below it. */
export interface FinishedWork {
  readonly kind: OperationKind;
  readonly outcome: Extract<OperationStatus, 'succeeded' | 'failed' | 'cancelled'>;
  readonly withinSeconds: number;
  readonly count: number;
  /** How long all of them took. */
  readonly seconds: number;
}

/** Figures about the operations of all processes, for those who watch over them. Each reads an index or a handful of rows. */
@Injectable()
export class OperationFigures {
  constructor(private readonly database: Database) {}

  /** Each kind with each status, also where there is none. */
  readUnfinished(): Promise<UnfinishedWork[]> {
    return this.database.query(
      `SELECT k.kind, s.status, count(o.id)::float8 AS count,
              greatest(0, coalesce(extract(epoch FROM now() - min(o.run_after)), 0))::float8 AS "oldestSeconds"
       FROM unnest($1::text[]) AS k (kind) CROSS JOIN unnest('{queued,running}'::text[]) AS s (status)
       LEFT JOIN operations o ON o.kind = k.kind AND o.status = s.status AND o.status IN ('queued', 'running')
       GROUP BY k.kind, s.status ORDER BY k.kind, s.status`,
      [OPERATION_KINDS],
    );
  }

  /** Since the installation began; also of operations that are gone. */
  readFinished(): Promise<FinishedWork[]> {
    return this.database.query(
      `SELECT kind, outcome, within_seconds AS "withinSeconds", count::float8 AS count, seconds FROM operation_ends
       ORDER BY kind, outcome, within_seconds`,
    );
  }
}
