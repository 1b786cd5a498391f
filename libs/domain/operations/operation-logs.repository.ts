import { Injectable } from '@nestjs/common';
import { Database, InstanceLock, instanceIsAlive } from '#platform/database';
import { CHANGES } from './operation-channels.js';

/** Lines that stand together: NDJSON in the row, or where it is in the store. */
export interface StoredChunk {
  readonly firstLine: number;
  readonly lineCount: number;
  readonly body: string | null;
  readonly storageKey: string | null;
  readonly position: number | null;
  /** In bytes. */
  readonly length: number | null;
}

export interface NewChunk {
  readonly firstLine: number;
  readonly lineCount: number;
  readonly body: string;
}

/** A part of a log's file. */
export interface ArchivedChunk {
  readonly firstLine: number;
  readonly lineCount: number;
  readonly position: number;
  readonly length: number;
}

/** Chunks that are read at once. */
const CHUNKS_A_READ = 8;

const COLUMNS = `first_line AS "firstLine", line_count AS "lineCount", body, storage_key AS "storageKey",
  position::float8 AS position, length`;

/** $1 is this process, which knows by itself what it is at. */
const IS_FREE = `(archive_key IS NULL OR instance_id = $1 OR NOT ${instanceIsAlive('instance_id')})`;

/** The only queries on logs. */
@Injectable()
export class OperationLogsRepository {
  constructor(
    private readonly database: Database,
    private readonly instance: InstanceLock,
  ) {}

  /** The number that the next line gets. */
  async countLines(operationId: number): Promise<number> {
    const [row] = await this.database.query<{ count: number }>(
      `SELECT first_line + line_count AS count FROM operation_log_chunks
       WHERE operation_id = $1 ORDER BY first_line DESC LIMIT 1`,
      [operationId],
    );
    return row?.count ?? 0;
  }

  /**
   * Adds lines and tells the readers. False where others came in between, whose numbers they had. May be called again where
   * nobody knows whether it worked: a chunk that is there already is not added twice.
   */
  async append(operationId: number, { firstLine, lineCount, body }: NewChunk): Promise<boolean> {
    const values = [operationId, firstLine, lineCount, body];
    const added = await this.database.query(
      `WITH added AS (
         INSERT INTO operation_log_chunks (operation_id, first_line, line_count, body)
         SELECT $1, $2, $3, $4 FROM operations WHERE id = $1 ON CONFLICT DO NOTHING RETURNING 1)
       SELECT pg_notify('${CHANGES}', $1::text) FROM added`,
      values,
    );
    if (added.length > 0) return true;
    const others = await this.database.query(
      `SELECT FROM operation_log_chunks
       WHERE operation_id = $1 AND first_line = $2 AND (line_count, body) IS DISTINCT FROM ($3::int, $4::text)`,
      values,
    );
    return others.length === 0;
  }

  /** Some chunks, from that which has the line on. */
  read(operationId: number, fromLine: number): Promise<StoredChunk[]> {
    return this.database.read<StoredChunk>(
      `SELECT ${COLUMNS} FROM operation_log_chunks
       WHERE operation_id = $1 AND first_line + line_count > $2 AND first_line >= coalesce(
         (SELECT max(first_line) FROM operation_log_chunks WHERE operation_id = $1 AND first_line <= $2), 0)
       ORDER BY first_line LIMIT ${CHUNKS_A_READ}`,
      [operationId, fromLine],
    );
  }

  /** Ended operations whose lines are still rows, and no other process moves them. */
  async listUnarchived(): Promise<number[]> {
    const rows = await this.database.query<{ id: number }>(
      `SELECT id FROM operations WHERE finished_at IS NOT NULL AND NOT log_archived AND ${IS_FREE} LIMIT 100`,
      [this.instance.id],
    );
    return rows.map(({ id }) => id);
  }

  /**
   * Makes it this process's to move an ended operation's lines into the file `key`. The answer names the file that was begun
   * before, and given up; undefined where there is nothing to move, or another process is at it.
   */
  async claimArchive(operationId: number, key: string): Promise<{ abandonedKey: string | null } | undefined> {
    const [row] = await this.database.query<{ abandonedKey: string | null }>(
      `WITH before AS (
         SELECT id, archive_key FROM operations
         WHERE id = $2 AND finished_at IS NOT NULL AND NOT log_archived AND ${IS_FREE} FOR UPDATE),
       claimed AS (
         UPDATE operations o SET archive_key = $3, instance_id = $1 FROM before WHERE o.id = before.id
         RETURNING before.archive_key AS "abandonedKey")
       SELECT * FROM claimed`,
      [this.instance.id, operationId, key],
    );
    return row;
  }

  /** The lines that are rows, in order, a few at a time. */
  async *unarchived(operationId: number): AsyncGenerator<StoredChunk[]> {
    for (let fromLine = 0; ;) {
      const chunks = await this.database.query<StoredChunk>(
        `SELECT ${COLUMNS} FROM operation_log_chunks
         WHERE operation_id = $1 AND first_line >= $2 AND body IS NOT NULL ORDER BY first_line LIMIT ${CHUNKS_A_READ}`,
        [operationId, fromLine],
      );
      const last = chunks.at(-1);
      if (!last) return;
      yield chunks;
      fromLine = last.firstLine + last.lineCount;
    }
  }

  /**
   * In one transaction: from now on the lines are read from the file. False where the operation went away, or began anew,
   * meanwhile; then nobody needs the file.
   */
  replaceByFile(operationId: number, key: string, chunks: readonly ArchivedChunk[]): Promise<boolean> {
    return this.database.transaction(async () => {
      const rows = await this.database.query(
        `WITH done AS (
           UPDATE operations SET log_archived = true, archive_key = NULL, instance_id = NULL
           WHERE id = $1 AND archive_key = $2 AND instance_id = $3 AND finished_at IS NOT NULL RETURNING 1)
         SELECT * FROM done`,
        [operationId, key, this.instance.id],
      );
      if (rows.length === 0) return false;
      await this.database.query('DELETE FROM operation_log_chunks WHERE operation_id = $1 AND body IS NOT NULL', [
        operationId,
      ]);
      await this.database.query(
        `INSERT INTO operation_log_chunks (operation_id, first_line, line_count, storage_key, position, length)
         SELECT $1, c."firstLine", c."lineCount", $2, c.position, c.length
         FROM jsonb_to_recordset($3) AS c ("firstLine" int, "lineCount" int, position bigint, length int)`,
        [operationId, key, JSON.stringify(chunks)],
      );
      return true;
    });
  }
}
