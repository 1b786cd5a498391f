import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Roles, bindings and teams. A team is an account like a user's, so that it can own trees and images; collaborations
 * become bindings.
 */
export class Permissions1763800000000 implements MigrationInterface {
  readonly name = 'Permissions1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...TEAMS, ...LINEAGE, ...ROLES, ...BINDINGS, ...GRANTED]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

const TEAMS = [
  'ALTER TABLE users DROP CONSTRAINT users_kind_check',
  `ALTER TABLE users ADD CONSTRAINT users_kind_check CHECK (kind IN ('person', 'service', 'team'))`,
  // A team has no address.
  'DROP INDEX users_email_key',
  `CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE deleted_at IS NULL AND kind <> 'team'`,
  `CREATE TABLE teams (
    id integer PRIMARY KEY REFERENCES users ON DELETE CASCADE,
    parent_id integer REFERENCES teams,
    description text NOT NULL DEFAULT '',
    CHECK (parent_id <> id)
  )`,
  'CREATE INDEX teams_parent_id_idx ON teams (parent_id)',
  `CREATE TABLE team_members (
    team_id integer NOT NULL REFERENCES teams ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('member', 'lead')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (team_id, user_id)
  )`,
  'CREATE INDEX team_members_user_id_idx ON team_members (user_id, team_id)',
];

/** A namespace's ancestors from the root down to itself: a binding on any of them counts for it. */
const LINEAGE = [
  'ALTER TABLE namespaces ADD COLUMN lineage integer[]',
  `WITH RECURSIVE tree AS (
     SELECT id, ARRAY[id] AS lineage FROM namespaces WHERE parent_id IS NULL
     UNION ALL SELECT n.id, t.lineage || n.id FROM namespaces n JOIN tree t ON n.parent_id = t.id)
   UPDATE namespaces n SET lineage = tree.lineage FROM tree WHERE tree.id = n.id`,
  'ALTER TABLE namespaces ALTER COLUMN lineage SET NOT NULL',
  'ALTER TABLE namespaces ADD CHECK (lineage[level + 1] = id AND lineage[1] = root_id)',
];

const READER = ['image:read', 'namespace:read'];
const WRITER = [...READER, 'image:write'];
const MAINTAINER = [...WRITER, 'image:delete'];
const OWNER = [
  ...MAINTAINER,
  ...['namespace:write', 'namespace:delete', 'invite:read', 'invite:write', 'invite:delete', 'role:read', 'role:write'],
  ...['role:delete', 'quota:read'],
];
const AUDITOR = [...READER, 'user:read', 'team:read', 'role:read', 'quota:read', 'audit:read'];
const ADMIN = [
  ...OWNER,
  ...['user:read', 'user:write', 'user:delete', 'token:read', 'token:write', 'token:delete', 'team:read', 'team:write'],
  ...['team:delete', 'quota:write', 'quota:delete', 'audit:read'],
];

const BUILT_IN: readonly (readonly [name: string, description: string, scopes: readonly string[]])[] = [
  ['reader', 'Sees and downloads images', READER],
  ['writer', 'Pushes and changes images, too', WRITER],
  ['maintainer', 'Deletes images, too', MAINTAINER],
  ['owner', 'Does what the owner may: changes namespaces, invites, binds roles', OWNER],
  ['auditor', 'Sees everything, the audit trail included, and changes nothing', AUDITOR],
  ['admin', 'Does everything', ADMIN],
];

const ROLES = [
  `CREATE TABLE roles (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_id integer REFERENCES namespaces ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    description text NOT NULL DEFAULT '',
    scopes text[] NOT NULL CHECK (cardinality(scopes) > 0),
    built_in boolean NOT NULL DEFAULT false,
    version integer NOT NULL DEFAULT 1,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX roles_name_key ON roles (namespace_id, lower(name)) NULLS NOT DISTINCT',
  ...BUILT_IN.map(
    ([name, description, scopes]) =>
      `INSERT INTO roles (name, description, scopes, built_in)
       VALUES ('${name}', '${description}', '{${scopes.join(',')}}', true)`,
  ),
];

const BINDINGS = [
  // Without a namespace and an image it is global.
  `CREATE TABLE bindings (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role_id integer NOT NULL REFERENCES roles ON DELETE CASCADE,
    subject_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    namespace_id integer REFERENCES namespaces ON DELETE CASCADE,
    image_id integer REFERENCES images ON DELETE CASCADE,
    created_by integer REFERENCES users,
    expires_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK (namespace_id IS NULL OR image_id IS NULL)
  )`,
  'CREATE UNIQUE INDEX bindings_key ON bindings (subject_id, role_id, namespace_id, image_id) NULLS NOT DISTINCT',
  'CREATE INDEX bindings_namespace_id_idx ON bindings (namespace_id, subject_id) WHERE namespace_id IS NOT NULL',
  'CREATE INDEX bindings_image_id_idx ON bindings (image_id, subject_id) WHERE image_id IS NOT NULL',
  'CREATE INDEX bindings_role_id_idx ON bindings (role_id)',
  `CREATE INDEX bindings_global_idx ON bindings (subject_id) WHERE namespace_id IS NULL AND image_id IS NULL`,
  `INSERT INTO bindings (role_id, subject_id, namespace_id, created_at)
   SELECT r.id, c.user_id, c.namespace_id, c.created_at
   FROM collaborators c JOIN roles r ON r.name = c.role AND r.built_in`,
  'DROP TABLE collaborators',
];

/**
 * Whether a user is in a team or has a binding, or ever had: what most have not, and need not be asked for on each request.
 * It changes in the transaction that grants, so no grant is missed.
 */
const GRANTED = [
  'ALTER TABLE users ADD COLUMN has_grants boolean NOT NULL DEFAULT false',
  `UPDATE users SET has_grants = true WHERE id IN (SELECT subject_id FROM bindings)`,
  `CREATE FUNCTION note_grant() RETURNS trigger LANGUAGE plpgsql AS $$
   BEGIN
     UPDATE users SET has_grants = true
     WHERE id = (to_jsonb(NEW) ->> TG_ARGV[0])::integer AND NOT has_grants;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER note_grant AFTER INSERT OR UPDATE ON bindings
   FOR EACH ROW EXECUTE FUNCTION note_grant('subject_id')`,
  `CREATE TRIGGER note_grant AFTER INSERT OR UPDATE ON team_members
   FOR EACH ROW EXECUTE FUNCTION note_grant('user_id')`,
];

const UNDO = [
  `CREATE TABLE collaborators (
    namespace_id integer NOT NULL REFERENCES namespaces ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('reader', 'writer', 'maintainer')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace_id, user_id)
  )`,
  'CREATE INDEX collaborators_user_id_idx ON collaborators (user_id)',
  `INSERT INTO collaborators (namespace_id, user_id, role, created_at)
   SELECT DISTINCT ON (n.id, b.subject_id) n.id, b.subject_id, r.name, b.created_at
   FROM bindings b JOIN roles r ON r.id = b.role_id AND r.built_in
   JOIN namespaces n ON n.id = b.namespace_id AND n.parent_id IS NULL
   JOIN users u ON u.id = b.subject_id AND u.kind <> 'team'
   WHERE r.name IN ('reader', 'writer', 'maintainer') AND b.expires_at IS NULL
   ORDER BY n.id, b.subject_id, cardinality(r.scopes) DESC`,
  'DROP TABLE bindings, roles',
  'ALTER TABLE users DROP COLUMN has_grants',
  'ALTER TABLE namespaces DROP COLUMN lineage',
  'DROP TABLE team_members, teams',
  'DROP FUNCTION note_grant',
];
