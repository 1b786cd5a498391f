import type pg from 'pg';

/** Has 500 bindings: on every other tree that `user-1` shares, two fifths of them by teams, and on 250 images. */
export const GUEST = 'guest';

/** Trees of `user-1`, beside its six. */
export const SHARED_TREES = 500;

/** Makes the trees; images come next. */
export async function seedSharedTrees(client: pg.Client): Promise<void> {
  await client.query(SEED_SHARED_TREES);
}

/** Makes who may see a part of them. */
export async function seedGuest(client: pg.Client): Promise<void> {
  for (const statement of SEED_GUEST) await client.query(statement);
}

/** Makes many users, a tenth as many teams of ten of them, and bindings of theirs on any images. */
export async function seedBystanders(client: pg.Client, users: number, bindings: number): Promise<void> {
  await client.query(SEED_BYSTANDERS, [users]);
  await client.query(SEED_TEAMS, [Math.ceil(users / 10)]);
  await client.query(SEED_MEMBERS);
  await client.query(SEED_BINDINGS, [users, bindings]);
}

const READER = `(SELECT id FROM roles WHERE name = 'reader' AND built_in)`;
const idOf = (username: string): string => `(SELECT id FROM users WHERE username = '${username}')`;

const SEED_SHARED_TREES = `
  INSERT INTO namespaces (id, user_id, root_id, lineage, name, path, level, visibility) OVERRIDING SYSTEM VALUE
  SELECT id, ${idOf('user-1')}, id, ARRAY[id], 'shared-' || n, 'shared-' || n, 0, 'private'
  FROM (SELECT n, nextval(pg_get_serial_sequence('namespaces', 'id')) AS id
        FROM generate_series(0, ${SHARED_TREES - 1}) n ORDER BY n) AS roots`;

const SEED_GUEST = [
  `INSERT INTO users (username, email) VALUES ('${GUEST}', '${GUEST}@example.test')`,
  `INSERT INTO users (username, email, kind) SELECT 'crew-' || n, '', 'team' FROM generate_series(0, 4) n`,
  `INSERT INTO teams (id) SELECT id FROM users WHERE kind = 'team' AND username LIKE 'crew-%'`,
  `INSERT INTO team_members (team_id, user_id, role) SELECT id, ${idOf(GUEST)}, 'member' FROM teams`,
  `INSERT INTO bindings (namespace_id, subject_id, role_id)
   SELECT n.id,
          CASE WHEN n.place % 5 < 2 THEN (SELECT id FROM users WHERE username = 'crew-' || n.place / 5 % 5) ELSE ${idOf(GUEST)} END,
          ${READER}
   FROM (SELECT id, (row_number() OVER (ORDER BY id))::int / 2 AS place, row_number() OVER (ORDER BY id) % 2 AS turn
         FROM namespaces WHERE path LIKE 'shared-%') n WHERE n.turn = 0`,
  `INSERT INTO bindings (image_id, subject_id, role_id)
   SELECT id, ${idOf(GUEST)}, ${READER} FROM images ORDER BY hashint4(id) LIMIT 250`,
];

const SEED_BYSTANDERS = `
  INSERT INTO users (username, email, has_grants)
  SELECT 'bystander-' || n, 'bystander-' || n || '@example.test', true FROM generate_series(0, $1::int - 1) n`;

const SEED_TEAMS = `
  WITH accounts AS (
    INSERT INTO users (username, email, kind) SELECT 'team-' || n, '', 'team' FROM generate_series(0, $1::int - 1) n
    RETURNING id)
  INSERT INTO teams (id) SELECT id FROM accounts`;

/** The first of each team leads it. */
const SEED_MEMBERS = `
  INSERT INTO team_members (team_id, user_id, role)
  SELECT t.id, u.id, CASE WHEN u.place % 10 = 0 THEN 'lead' ELSE 'member' END
  FROM (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM users WHERE username LIKE 'bystander-%') u
  JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM users WHERE username LIKE 'team-%') t
    ON t.place = u.place / 10`;

const SEED_BINDINGS = `
  INSERT INTO bindings (image_id, subject_id, role_id)
  SELECT (SELECT min(id) FROM images) + i, (SELECT min(id) FROM users WHERE username LIKE 'bystander-%') + i % $1::int, ${READER}
  FROM generate_series(0, $2::int - 1) i`;
