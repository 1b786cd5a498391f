import pg from 'pg';
import { DataSource, type DataSourceOptions, type EntityTarget } from 'typeorm';
import { COLUMN_TYPES } from './column-types.js';
import { Registry1763700000000 } from './migrations/1763700000000-registry.js';
import { Permissions1763800000000 } from './migrations/1763800000000-permissions.js';
import { Audit1763810000000 } from './migrations/1763810000000-audit.js';
import { Quotas1763820000000 } from './migrations/1763820000000-quotas.js';
import { ServiceAccounts1763830000000 } from './migrations/1763830000000-service-accounts.js';
import { NamespaceServiceAccounts1763840000000 } from './migrations/1763840000000-namespace-service-accounts.js';
import { UsageIndexes1763850000000 } from './migrations/1763850000000-usage-indexes.js';
import { Operations1763860000000 } from './migrations/1763860000000-operations.js';
import { OperationEnds1763865000000 } from './migrations/1763865000000-operation-ends.js';
import { Conversions1763870000000 } from './migrations/1763870000000-conversions.js';
import { DownloadRefresh1763880000000 } from './migrations/1763880000000-download-refresh.js';
import { SigningKeys1763890000000 } from './migrations/1763890000000-signing-keys.js';
import { Builds1763900000000 } from './migrations/1763900000000-builds.js';
import { BootTests1763910000000 } from './migrations/1763910000000-boot-tests.js';
import { DerivedIds1763920000000 } from './migrations/1763920000000-derived-ids.js';
import { SturdyClient } from './sturdy-client.js';

/** In the order they run. */
export const MIGRATIONS = [
  Registry1763700000000,
  Permissions1763800000000,
  Audit1763810000000,
  Quotas1763820000000,
  ServiceAccounts1763830000000,
  NamespaceServiceAccounts1763840000000,
  UsageIndexes1763850000000,
  Operations1763860000000,
  OperationEnds1763865000000,
  Conversions1763870000000,
  DownloadRefresh1763880000000,
  SigningKeys1763890000000,
  Builds1763900000000,
  BootTests1763910000000,
  DerivedIds1763920000000,
];

export interface DatabaseOptions {
  /** `postgres://…` */
  readonly url: string;
  /** Connections at most; 4 unless told. */
  readonly poolSize?: number;
  readonly entities?: EntityTarget<object>[];
}

/**
 * How every connection is opened. Compiling a statement takes PostgreSQL hundreds of milliseconds, which none of ours runs
 * long enough to earn back.
 */
export const SESSION = { options: '-c jit=off -c TimeZone=UTC', types: COLUMN_TYPES } as const;

/**
 * For prepared statements whose best plan is the same whatever the values: planned once a connection. Left to itself,
 * PostgreSQL plans one with an array among its values anew each time, which for a list costs six times what reading it does.
 */
export const PLANNED_ONCE = {
  ...SESSION,
  options: `${SESSION.options} -c plan_cache_mode=force_generic_plan`,
} as const;

/** How a pool's connections come and go. */
const POOLED = { Client: SturdyClient, connectionTimeoutMillis: 10_000, idleTimeoutMillis: 60_000 } as const;

/** The pool of connections for prepared reads. */
export function preparedPool({ url, poolSize = 4 }: DatabaseOptions): pg.Pool {
  return sturdyPool({ connectionString: url, max: poolSize, application_name: 'diskyard', ...PLANNED_ONCE });
}

/** A pool whose connections may break without anybody noticing but who asks for one. */
export function sturdyPool(options: pg.PoolConfig): pg.Pool {
  const { Client, ...times } = POOLED;
  const pool = new pg.Pool({ ...options, ...times, Client });
  pool.on('error', () => undefined); // an idle connection that breaks is replaced when the next is needed
  return pool;
}

/** What every connection of the registry to PostgreSQL is opened with. The schema comes from migrations only. */
export function dataSourceOptions({ url, poolSize = 4, entities = [] }: DatabaseOptions): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    poolSize,
    entities: entities as DataSourceOptions['entities'],
    migrations: MIGRATIONS,
    migrationsTransactionMode: 'all',
    synchronize: false,
    installExtensions: false,
    applicationName: 'diskyard',
    extra: { ...POOLED, ...SESSION },
  };
}

// Any 32-bit number, the same for ever: processes that start together migrate one after another.
const MIGRATION_LOCK = 0x44_59_4d_31;

/** Brings the database's schema up to date. Safe to call from several processes at once. */
export async function migrate(url: string): Promise<void> {
  const dataSource = await new DataSource(dataSourceOptions({ url, poolSize: 2 })).initialize();
  const lock = dataSource.createQueryRunner();
  try {
    await lock.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await dataSource.runMigrations();
  } finally {
    await lock.release();
    await dataSource.destroy();
  }
}
