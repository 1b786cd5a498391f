import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';
import type { BootTest } from './boot-test.js';

/** The bytes of an image that is to be booted. */
export interface BootableBlob {
  readonly storageKey: string;
}

/** The only queries on boot tests. A row goes with its image. */
@Injectable()
export class BootTestsRepository {
  constructor(private readonly database: Database) {}

  async find(imageId: number): Promise<BootTest | undefined> {
    const [row] = await this.database.query<BootTest>(
      `SELECT operation_id AS "operationId", outcome, ended_by AS "endedBy", reason, seconds, firmware,
              tested_at AS "testedAt", EXISTS (
                SELECT FROM image_artefacts a
                WHERE a.image_id = t.image_id AND a.kind = 'screen' AND a.made_at IS NOT NULL) AS "hasScreen"
       FROM boot_tests t WHERE image_id = $1`,
      [imageId],
    );
    return row;
  }

  /** Inside the transaction that keeps what it printed, first of all: the image stays until its end. Nothing where it is gone. */
  async save(imageId: number, test: Omit<BootTest, 'testedAt' | 'hasScreen'>): Promise<void> {
    const { operationId, outcome, endedBy, reason, seconds, firmware } = test;
    await this.database.query('SELECT FROM images WHERE id = $1 FOR KEY SHARE', [imageId]);
    await this.database.query(
      `INSERT INTO boot_tests (image_id, operation_id, outcome, ended_by, reason, seconds, firmware)
       SELECT id, $2, $3, $4, $5, $6, $7 FROM images WHERE id = $1
       ON CONFLICT (image_id) DO UPDATE SET operation_id = excluded.operation_id, outcome = excluded.outcome,
         ended_by = excluded.ended_by, reason = excluded.reason, seconds = excluded.seconds,
         firmware = excluded.firmware, tested_at = excluded.tested_at`,
      [imageId, operationId, outcome, endedBy, reason, seconds, firmware],
    );
  }

  /** Inside a transaction, until its end: nobody else begins a test of the image. */
  async lockImage(imageId: number): Promise<void> {
    await this.database.query('SELECT FROM images WHERE id = $1 FOR NO KEY UPDATE', [imageId]);
  }

  /** The test of an image that is under way, or waits. */
  async findOperation(imageId: number): Promise<number | undefined> {
    const [row] = await this.database.query<{ id: number }>(
      `SELECT id FROM operations WHERE image_id = $1 AND kind = 'boot-test' AND status IN ('queued', 'running')
       ORDER BY id LIMIT 1`,
      [imageId],
    );
    return row?.id;
  }

  async findBlob(imageId: number): Promise<BootableBlob | undefined> {
    const [row] = await this.database.query<BootableBlob>(
      'SELECT b.storage_key AS "storageKey" FROM images i JOIN blobs b ON b.id = i.blob_id WHERE i.id = $1',
      [imageId],
    );
    return row;
  }

  /** In one transaction: all of it, or nothing. */
  transaction(work: () => Promise<void>): Promise<void> {
    return this.database.transaction(work);
  }
}
