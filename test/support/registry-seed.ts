import type pg from 'pg';
import { seedBystanders, seedGuest, seedSharedTrees, SHARED_TREES } from './rights-seed.js';

/** How large a registry to make, in a migrated database. */
export interface RegistrySize {
  readonly images: number;
  /** Of whom the first, `user-0`, is the ordinary one to look through the eyes of. */
  readonly users: number;
  /** A twentieth of all images goes to `user-1`, as to a build service. */
  readonly hasHeavyUser?: boolean;
  /** So many users without images besides, in teams of ten, and a binding of theirs on every image. */
  readonly bystanders?: number;
}

/**
 * Words to search for and the share of names that hold them. Every user's images are named by one rule, so that each has
 * the same shares; `RARE` is in five names of `user-0` and nowhere else. A page of results is therefore the same size in a
 * small registry and in a large one.
 */
export const SEARCHES = { COMMON: 'ubuntu', MIDDLING: 'kafka', RARE: 'zx81', ABSENT: 'qqqq' } as const;

const FORMAT = {
  version: 3,
  clusterSize: 65_536,
  compression: 'zlib',
  hasCompressedClusters: false,
  extendedL2: false,
} as const;

/** Fills a migrated database: users, trees with collaborators, blobs, images; a minute for a million images. */
export async function seedRegistry(
  client: pg.Client,
  { images, users, hasHeavyUser = false, bystanders = 0 }: RegistrySize,
): Promise<void> {
  await client.query(`SET maintenance_work_mem = '512MB'; SET synchronous_commit = off`);
  await client.query(SEED_USERS, [users]);
  await client.query(SEED_NAMESPACES, [users]);
  await client.query(SEED_COLLABORATORS, [users]);
  await seedSharedTrees(client);
  await client.query(SEED_BLOBS, [Math.ceil(images / 4)]);
  await withoutIndexes(client, 'images', () => client.query(SEED_IMAGES, [images, users, hasHeavyUser]));
  await seedGuest(client);
  if (bystanders > 0) await withoutIndexes(client, 'bindings', () => seedBystanders(client, bystanders, images));
  await client.query('VACUUM (ANALYZE)');
}

/** Rows first, indexes then: an index that is made of many rows takes a fraction of the time of one that grows by them. */
async function withoutIndexes(client: pg.Client, table: string, fill: () => Promise<unknown>): Promise<void> {
  const { rows } = await client.query<{ name: string; definition: string }>(
    `SELECT c.relname AS name, pg_get_indexdef(c.oid) AS definition
     FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
     WHERE x.indrelid = $1::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = c.oid)`,
    [table],
  );
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`);
  await fill();
  for (const { definition } of rows) await client.query(definition);
}

const SEED_USERS = `
  INSERT INTO users (username, email)
  SELECT 'user-' || n, 'user-' || n || '@example.test' FROM generate_series(0, $1::int - 1) n`;

const FIRST_USER = `(SELECT id FROM users WHERE username = 'user-0')`;

/** Six roots each; one in twenty is public. */
const SEED_NAMESPACES = `
  INSERT INTO namespaces (id, user_id, root_id, lineage, name, path, level, visibility) OVERRIDING SYSTEM VALUE
  SELECT id, ${FIRST_USER} + n, id, ARRAY[id], 'team-' || s, 'team-' || s, 0,
         CASE WHEN (n * 7 + s) % 20 = 0 THEN 'public' ELSE 'private' END
  FROM (SELECT n, s, nextval(pg_get_serial_sequence('namespaces', 'id')) AS id
        FROM generate_series(0, $1::int - 1) n, generate_series(0, 5) s ORDER BY n, s) AS roots`;

const FIRST_NAMESPACE = `(SELECT id FROM namespaces WHERE path = 'team-0' AND user_id = ${FIRST_USER})`;

const FIRST_SHARED_TREE = `(SELECT id FROM namespaces WHERE path = 'shared-0')`;

/** In each root the three users that come after its owner. */
const SEED_COLLABORATORS = `
  INSERT INTO bindings (namespace_id, subject_id, role_id)
  SELECT DISTINCT n.id, ${FIRST_USER} + (n.user_id - ${FIRST_USER} + later) % $1::int,
         (SELECT id FROM roles WHERE name = 'writer' AND built_in)
  FROM namespaces n, generate_series(1, least(3, $1::int - 1)) later WHERE n.user_id >= ${FIRST_USER}`;

const SEED_BLOBS = `
  INSERT INTO blobs (sha256, size_bytes, virtual_size_bytes, format, storage_key)
  SELECT sha256(n::text::bytea), 700000000 + n, 21474836480, '${JSON.stringify(FORMAT)}', md5(n::text)
  FROM generate_series(1, $1::int) n`;

/** Image i is its owner's k-th. What must look random comes from hashes, so that each run makes the same registry. */
const SEED_IMAGES = `
  INSERT INTO images (user_id, author_id, namespace_id, root_namespace_id, name, tag, description, labels, visibility,
                      is_public, status, blob_id, created_at, updated_at)
  SELECT ${FIRST_USER} + n, ${FIRST_USER} + n, namespace, namespace,
         project || '-' || purpose || '-' || os || '-' || substr(md5(i::text), 1, 8)
           || CASE WHEN n = 0 AND k % 100 = 3 AND k < 500 THEN '-zx81' ELSE '' END,
         (ARRAY['latest', 'v1', 'v2'])[1 + i % 3], 'Nightly build ' || i,
         jsonb_build_object('os', os, 'arch', (ARRAY['amd64', 'arm64'])[1 + i % 2]),
         CASE WHEN dice % 20 = 0 THEN 'public' ELSE 'private' END,
         dice % 20 = 0 OR (namespace IS NOT NULL AND (n * 7 + k % 6) % 20 = 0),
         'available', (SELECT min(id) FROM blobs) + i / 4,
         timestamptz '2026-01-01' + dice % 20000000 * interval '1 s',
         timestamptz '2026-09-01' + dice % 5000000 * interval '1 s'
  FROM generate_series(0, $1::int - 1) i,
    LATERAL (SELECT i / $2::int AS k, hashint4(i) & 2147483647 AS dice) a,
    LATERAL (SELECT CASE WHEN $3 AND k % 20 = 7 THEN 1 ELSE i % $2::int END AS n) b,
    LATERAL (SELECT (ARRAY['apollo', 'borealis', 'cumulus', 'delphi', 'everest', 'fjord', 'gemini', 'helios', 'iris',
                           'juniper'])[1 + dice / 2023 % 10] AS project,
                    CASE WHEN n = 1 AND k % 10 >= 7 THEN ${FIRST_SHARED_TREE} + i % ${SHARED_TREES}
                         WHEN k % 10 >= 4 THEN ${FIRST_NAMESPACE} + n * 6 + k % 6 END AS namespace,
                    (ARRAY['ubuntu', 'ubuntu', 'ubuntu', 'debian', 'debian', 'fedora', 'rocky', 'windows', 'alpine',
                           'freebsd'])[1 + dice / 119 % 10] AS os,
                    (ARRAY['kafka', 'web', 'db', 'ci-runner', 'k8s-node', 'bastion', 'proxy', 'mail', 'build', 'cache',
                           'queue', 'monitor', 'backup', 'vpn', 'dns', 'desktop', 'minimal'])[1 + dice / 7 % 17] AS purpose) c`;
