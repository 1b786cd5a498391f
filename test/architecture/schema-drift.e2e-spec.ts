import { DataSource, type EntityMetadata } from 'typeorm';
import { startTestApi, type TestApi } from '../support/api.js';

/** Tables that only SQL speaks to. */
const WITHOUT_ENTITY = [
  'audit_events',
  'bindings',
  'boot_tests',
  'derived_blobs',
  'discarded_blobs',
  'image_artefacts',
  'image_builds',
  'image_sources',
  'migrations',
  'operation_ends',
  'operation_log_chunks',
  'operations',
  'roles',
];

interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

const COLUMNS = `
  SELECT attname AS name, format_type(atttypid, NULL) AS type, NOT attnotnull AS nullable
  FROM pg_attribute WHERE attrelid = $1::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname`;

const FILLED_IN = `
  SELECT attname AS name FROM pg_attribute WHERE attrelid = $1::regclass AND (atthasdef OR attidentity <> '')`;

/** A partition is a part of its table. */
const TABLES = `
  SELECT relname::text AS name FROM pg_class
  WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY relname`;

/** Everything about tables, columns, constraints and indexes that a migration can leave behind. */
const WHOLE_SCHEMA = `
  SELECT c.relname AS relation, a.attname AS detail, concat_ws(' ', format_type(a.atttypid, a.atttypmod), a.attnotnull,
         a.attidentity, a.attcollation::regcollation, pg_get_expr(d.adbin, d.adrelid)) AS definition
  FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND c.relname <> 'migrations'
  UNION ALL
  SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint
  WHERE connamespace = 'public'::regnamespace AND conrelid <> 'migrations'::regclass
  UNION ALL
  SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename <> 'migrations'
  ORDER BY 1, 2, 3`;

describe('entities and the migrated schema', () => {
  let api: TestApi;
  let source: DataSource;
  beforeAll(async () => {
    api = await startTestApi();
    source = api.app.get(DataSource);
  });
  afterAll(() => api.close());

  const namesFrom = async (sql: string, ...values: string[]): Promise<string[]> =>
    (await source.query<{ name: string }[]>(sql, values)).map(({ name }) => name);

  it('agree on every column: name, type, and whether it may be null', async () => {
    expect(source.entityMetadatas.length).toBeGreaterThanOrEqual(8);
    for (const entity of source.entityMetadatas) {
      expect({ [entity.name]: columnsOf(entity) }).toEqual({
        [entity.name]: await source.query<ColumnFacts[]>(COLUMNS, [entity.tableName]),
      });
    }
  });

  it('agree on what the database fills in', async () => {
    for (const entity of source.entityMetadatas) {
      const left = entity.columns.filter((column) => column.isGenerated || column.default !== undefined);
      expect(await namesFrom(FILLED_IN, entity.tableName)).toEqual(
        expect.arrayContaining(left.map(({ databaseName }) => databaseName)),
      );
    }
  });

  it('agree on which tables there are', async () => {
    const known = [...source.entityMetadatas.map(({ tableName }) => tableName), ...WITHOUT_ENTITY];
    expect(known.sort()).toEqual(await namesFrom(TABLES));
  });

  it('is gone when all migrations are undone, and the same when they run again', async () => {
    const schema = await source.query<object[]>(WHOLE_SCHEMA);
    expect(schema.length).toBeGreaterThan(100);
    for (let left = source.migrations.length; left > 0; left--) await source.undoLastMigration();
    expect(await source.query(WHOLE_SCHEMA)).toEqual([]);
    expect(await source.runMigrations()).toHaveLength(source.migrations.length);
    expect(await source.query(WHOLE_SCHEMA)).toEqual(schema);
  });
});

/** What an entity stores; what it computes has no column. */
function columnsOf({ columns, dataSource }: EntityMetadata): ColumnFacts[] {
  return columns
    .filter((column) => !column.isVirtualProperty)
    .map((column) => ({
      name: column.databaseName,
      type: dataSource.driver.normalizeType(column) + (column.isArray ? '[]' : ''),
      nullable: column.isNullable,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
