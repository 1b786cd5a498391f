import { randomInt } from 'node:crypto';
import { Injectable, Logger, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type pg from 'pg';
import { Config } from '#platform/config';
import { SturdyClient } from './sturdy-client.js';

/** The first half of every instance's advisory lock ("DYIL"); the second is its id. */
const LOCK_CLASS = 0x44_59_49_4c;

/** A machine that lost its power says no goodbye: PostgreSQL asks after 10 s of silence, and gives up 10 s later. */
const NOTICE_SILENCE = '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=2';

/** SQL: true while the process whose id is in `column` lives and reaches this database. */
export function instanceIsAlive(column: string): string {
  return `EXISTS (
    SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
    WHERE l.locktype = 'advisory' AND l.classid = ${LOCK_CLASS} AND l.objid = ${column}
      AND l.granted AND d.datname = current_database())`;
}

/**
 * Lets other processes know that this one lives: an advisory lock on a connection of its own, which PostgreSQL gives
 * up the moment the process is gone, however it went. Work in the database that carries a dead instance's id is nobody's.
 */
@Injectable()
export class InstanceLock implements OnModuleInit, OnModuleDestroy {
  /** This process; a positive 31-bit number, new at every start. */
  readonly id = randomInt(1, 2 ** 31 - 1);
  private readonly logger = new Logger(InstanceLock.name);
  private client: pg.Client | undefined;
  private retry: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(private readonly config: Config) {}

  async onModuleInit(): Promise<void> {
    await this.acquire();
  }

  async onModuleDestroy(): Promise<void> {
    this.closing = true;
    clearTimeout(this.retry);
    await this.client?.end();
  }

  private async acquire(): Promise<void> {
    const client = new SturdyClient({
      connectionString: this.config.requireDatabaseUrl(),
      keepAlive: true,
      options: NOTICE_SILENCE,
    });
    await client.connect();
    await client.query('SELECT pg_advisory_lock($1, $2)', [LOCK_CLASS, this.id]);
    client.once('end', () => {
      this.reacquire(1);
    });
    this.client = client;
    if (this.closing) await client.end(); // we were asked to let go while we took it
  }

  /** After a restart of PostgreSQL. Uploads that another process swept meanwhile fail at their commit, nothing worse. */
  private reacquire(attempt: number): void {
    if (this.closing) return;
    const delayMs = Math.min(250 * attempt, 5_000);
    this.retry = setTimeout(() => {
      this.acquire().catch((error: unknown) => {
        this.logger.warn({ err: error, attempt }, 'PostgreSQL is out of reach; trying again');
        this.reacquire(attempt + 1);
      });
    }, delayMs).unref();
  }
}
