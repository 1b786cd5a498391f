import { Injectable } from '@nestjs/common';
import type { DeepPartial } from 'typeorm';
import { Database, instanceIsAlive } from '#platform/database';
import { Upload } from './upload.entity.js';

/** The only queries on uploads. */
@Injectable()
export class UploadsRepository {
  constructor(private readonly database: Database) {}

  /** Reserves the reference. Fails on `uploads_reference_key` where its bytes are on their way already. */
  async insert(upload: DeepPartial<Upload>): Promise<void> {
    await this.database.manager.insert(Upload, upload);
  }

  findByReference(key: Pick<Upload, 'userId' | 'namespacePath' | 'name' | 'tag'>): Promise<Upload | null> {
    const { userId, namespacePath, name, tag } = key;
    return this.database.manager.findOneBy(Upload, { userId, namespacePath, name, tag });
  }

  /** Locks the row for the rest of the transaction; null where the upload has been settled one way or the other. */
  lock(id: string): Promise<Upload | null> {
    return this.database.manager.findOne(Upload, { where: { id }, lock: { mode: 'pessimistic_write' } });
  }

  /** False where it was gone already. */
  async delete(id: string): Promise<boolean> {
    return (await this.database.manager.delete(Upload, { id })).affected === 1;
  }

  /** Uploads whose process is gone, and those of this instance. */
  listDeadOrOf(instanceId: number): Promise<Pick<Upload, 'id' | 'instanceId'>[]> {
    return this.database.query(
      `SELECT id, instance_id AS "instanceId" FROM uploads
       WHERE instance_id = $1 OR NOT ${instanceIsAlive('instance_id')}`,
      [instanceId],
    );
  }

  async isDead(id: string): Promise<boolean> {
    const rows = await this.database.query(
      `SELECT 1 FROM uploads WHERE id = $1 AND NOT ${instanceIsAlive('instance_id')}`,
      [id],
    );
    return rows.length > 0;
  }

  /** Which of these ids are uploads. */
  async findKnown(ids: readonly string[]): Promise<Set<string>> {
    const rows = await this.database.query<{ id: string }>('SELECT id FROM uploads WHERE id = ANY($1::uuid[])', [ids]);
    return new Set(rows.map((row) => row.id));
  }
}
