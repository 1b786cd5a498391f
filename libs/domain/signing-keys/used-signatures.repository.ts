import { Injectable } from '@nestjs/common';
import { Database } from '#platform/database';

/**
 * How long a use is remembered. A signature counts for 600 s from its time, which may lie as much ahead, and a body that
 * begins then may take an hour: after two hours nothing that it could be sent with again is under way.
 */
const REMEMBERED = `interval '2 hours'`;

/** Which signatures were used, for all processes. */
@Injectable()
export class UsedSignaturesRepository {
  constructor(private readonly database: Database) {}

  /** False where it was used before. Of two that come at once one is first. */
  async use(key: Buffer): Promise<boolean> {
    const used = await this.database.query(
      'INSERT INTO used_signatures (key) VALUES ($1) ON CONFLICT DO NOTHING RETURNING used_at',
      [key],
    );
    return used.length === 1;
  }

  /** Forgets those that no longer count. */
  async forgetOld(): Promise<void> {
    await this.database.query(`DELETE FROM used_signatures WHERE used_at < now() - ${REMEMBERED}`);
  }
}
