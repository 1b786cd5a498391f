import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import type pg from 'pg';
import { DataSource, type EntityManager } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { PLANNED_ONCE, preparedPool } from './data-source.js';
import { ReadPipeline } from './read-pipeline.js';

/** The registry's way to PostgreSQL: transactions for services, the manager and prepared reads for repositories. */
@Injectable()
export class Database implements OnModuleDestroy {
  private readonly current = new AsyncLocalStorage<EntityManager>();
  private readonly statementNames = new Map<string, string>();
  private readonly pipeline: ReadPipeline;
  private readonly reads: pg.Pool;

  constructor(private readonly dataSource: DataSource) {
    const { url = '', poolSize, applicationName } = (dataSource.driver as PostgresDriver).options;
    this.pipeline = new ReadPipeline({ ...PLANNED_ONCE, connectionString: url, application_name: applicationName });
    this.reads = preparedPool({ url, ...(poolSize !== undefined && { poolSize }) });
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all([this.pipeline.close(), this.reads.end()]);
  }

  /** Runs `work` in one transaction (read committed); every repository called inside takes part. Nested calls join. */
  transaction<T>(work: () => Promise<T>): Promise<T> {
    if (this.current.getStore()) return work();
    return this.dataSource.transaction((manager) => this.current.run(manager, work));
  }

  /** The manager of the transaction under way, else the data source's own. */
  get manager(): EntityManager {
    return this.current.getStore() ?? this.dataSource.manager;
  }

  /** Rows of a statement, inside the transaction under way if there is one. */
  query<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return this.manager.query<Row[]>(text, [...values]);
  }

  /**
   * The few rows that a unique key finds, inside the transaction under way if there is one. All others share a connection:
   * none may wait for a lock, or read more than a handful of rows. `text` as for `read`.
   */
  lookUp<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    if (this.current.getStore()) return this.query<Row>(text, values);
    return this.pipeline.query<Row>(this.prepared(text, values));
  }

  /**
   * Rows of a read on a hot path, outside any transaction, as a named prepared statement: PostgreSQL parses and plans the
   * text once a connection, which for a list costs several times what running it does. `text` is one of a small set; values
   * go in as parameters, never into the text.
   */
  async read<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.reads.query<Row>(this.prepared(text, values))).rows;
  }

  /** As `read`, planned for these very values: for filters whose best plan depends on what is asked. */
  async readPlanned<Row extends object>(text: string, values: readonly unknown[]): Promise<Row[]> {
    return (await this.pool.query<Row>(text, [...values])).rows;
  }

  private get pool(): pg.Pool {
    return (this.dataSource.driver as PostgresDriver).master as pg.Pool;
  }

  private prepared(text: string, values: readonly unknown[]): { name: string; text: string; values: unknown[] } {
    return { name: this.statementName(text), text, values: [...values] };
  }

  private statementName(text: string): string {
    let name = this.statementNames.get(text);
    if (name === undefined) {
      name = createHash('sha256').update(text).digest('base64url').slice(0, 32);
      this.statementNames.set(text, name);
    }
    return name;
  }
}
