import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The registry's first schema: users, tokens, namespaces, images, blobs.
 * Names compare byte by byte (`COLLATE "C"`): the order of lists is the same on every installation, and an index serves it.
 */
export class Registry1763700000000 implements MigrationInterface {
  readonly name = 'Registry1763700000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('CREATE EXTENSION IF NOT EXISTS pg_trgm');
    for (const statement of [...USERS, ...NAMESPACES, ...IMAGES]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      'DROP TABLE uploads, discarded_blobs, images, blobs, invites, collaborators, namespaces, tokens, users',
    );
  }
}

const USERS = [
  `CREATE TABLE users (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    username text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    kind text NOT NULL DEFAULT 'person' CHECK (kind IN ('person', 'service')),
    role text NOT NULL DEFAULT 'member' CHECK (role IN ('member', 'admin')),
    password_hash text,
    disabled_at timestamptz(3),
    deleted_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  // A deleted user keeps its row, since others' images may name it as author, and gives its names back.
  'CREATE UNIQUE INDEX users_username_key ON users (lower(username)) WHERE deleted_at IS NULL',
  'CREATE UNIQUE INDEX users_email_key ON users (lower(email)) WHERE deleted_at IS NULL',
  `CREATE TABLE tokens (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    name text NOT NULL,
    secret_hash bytea NOT NULL,
    scopes text[] NOT NULL,
    expires_at timestamptz(3),
    last_used_at timestamptz(3),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX tokens_secret_hash_key ON tokens (secret_hash)',
  'CREATE INDEX tokens_user_id_idx ON tokens (user_id, id)',
];

const NAMESPACES = [
  `CREATE TABLE namespaces (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    root_id integer NOT NULL REFERENCES namespaces ON DELETE CASCADE DEFERRABLE INITIALLY IMMEDIATE,
    parent_id integer REFERENCES namespaces ON DELETE CASCADE,
    name text COLLATE "C" NOT NULL,
    path text COLLATE "C" NOT NULL,
    level integer NOT NULL CHECK (level BETWEEN 0 AND 19),
    description text NOT NULL DEFAULT '',
    visibility text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'internal', 'public')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK ((parent_id IS NULL) = (root_id = id))
  )`,
  'CREATE UNIQUE INDEX namespaces_user_id_path_key ON namespaces (user_id, lower(path))',
  'CREATE INDEX namespaces_root_id_idx ON namespaces (root_id)',
  'CREATE INDEX namespaces_parent_id_idx ON namespaces (parent_id)',
  `CREATE TABLE collaborators (
    namespace_id integer NOT NULL REFERENCES namespaces ON DELETE CASCADE,
    user_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('reader', 'writer', 'maintainer')),
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    PRIMARY KEY (namespace_id, user_id)
  )`,
  'CREATE INDEX collaborators_user_id_idx ON collaborators (user_id)',
  `CREATE TABLE invites (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    namespace_id integer NOT NULL REFERENCES namespaces ON DELETE CASCADE,
    invitee_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    inviter_id integer NOT NULL REFERENCES users ON DELETE CASCADE,
    role text NOT NULL CHECK (role IN ('reader', 'writer', 'maintainer')),
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX invites_namespace_id_invitee_id_key ON invites (namespace_id, invitee_id)',
  'CREATE INDEX invites_invitee_id_idx ON invites (invitee_id)',
];

const IMAGES = [
  `CREATE TABLE blobs (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    sha256 bytea NOT NULL CHECK (length(sha256) = 32),
    size_bytes bigint NOT NULL,
    virtual_size_bytes bigint NOT NULL,
    format jsonb NOT NULL,
    storage_key text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX blobs_sha256_key ON blobs (sha256)',
  'CREATE UNIQUE INDEX blobs_storage_key_key ON blobs (storage_key)',
  // Bytes that no row needs any more, from the moment that is decided until they are gone.
  `CREATE TABLE discarded_blobs (
    storage_key text COLLATE "C" PRIMARY KEY,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  // root_namespace_id and is_public repeat what namespace_id and the two visibilities say, so that each list has an index.
  `CREATE TABLE images (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL REFERENCES users,
    author_id integer NOT NULL REFERENCES users,
    namespace_id integer REFERENCES namespaces,
    root_namespace_id integer REFERENCES namespaces,
    name text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL DEFAULT 'latest',
    description text NOT NULL DEFAULT '',
    labels jsonb NOT NULL DEFAULT '{}',
    visibility text NOT NULL DEFAULT 'private' CHECK (visibility IN ('private', 'internal', 'public')),
    is_public boolean NOT NULL DEFAULT false,
    protected boolean NOT NULL DEFAULT false,
    status text NOT NULL
      CHECK (status IN ('pending', 'receiving', 'processing', 'available', 'failed', 'deleting')),
    status_reason text,
    blob_id integer REFERENCES blobs,
    pulled_at timestamptz(3),
    pull_count integer NOT NULL DEFAULT 0,
    created_at timestamptz(3) NOT NULL DEFAULT now(),
    updated_at timestamptz(3) NOT NULL DEFAULT now(),
    CHECK ((namespace_id IS NULL) = (root_namespace_id IS NULL)),
    CHECK (status <> 'available' OR blob_id IS NOT NULL),
    CONSTRAINT images_reference_key UNIQUE NULLS NOT DISTINCT (user_id, namespace_id, name, tag)
  ) WITH (fillfactor = 90)`,
  'CREATE INDEX images_blob_id_idx ON images (blob_id)',
  'CREATE INDEX images_author_id_idx ON images (author_id)',
  // One for each set that lists show, in each order they sort by. All hold the name, so that a search need not look at rows.
  ...['name, tag, id', 'created_at, id', 'updated_at, id'].flatMap((columns) => {
    const by = columns.split(',')[0] ?? '';
    const name = by === 'name' ? '' : ' INCLUDE (name)';
    return [
      `CREATE INDEX images_owner_by_${by}_idx ON images (user_id, ${columns})${name}`,
      `CREATE INDEX images_root_by_${by}_idx ON images (root_namespace_id, ${columns})${name}`,
      `CREATE INDEX images_namespace_by_${by}_idx ON images (namespace_id, ${columns})${name}`,
      `CREATE INDEX images_public_by_${by}_idx ON images (${columns})${name} WHERE is_public`,
    ];
  }),
  // For searches that match little: the public ones have an index of their own, else every match in the registry would count.
  `CREATE INDEX images_name_trgm_idx ON images
    USING gin (lower(name) gin_trgm_ops) WITH (fastupdate = off)`,
  `CREATE INDEX images_public_name_trgm_idx ON images
    USING gin (lower(name) gin_trgm_ops) WITH (fastupdate = off) WHERE is_public`,
  'CREATE INDEX images_labels_idx ON images USING gin (labels jsonb_path_ops) WITH (fastupdate = off)',
  // A reference whose bytes are on their way. instance_id names the process that receives them; see InstanceLock.
  `CREATE TABLE uploads (
    id uuid PRIMARY KEY,
    instance_id integer NOT NULL,
    user_id integer NOT NULL REFERENCES users,
    author_id integer NOT NULL REFERENCES users,
    namespace_path text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    tag text COLLATE "C" NOT NULL,
    storage_key text COLLATE "C" NOT NULL,
    created_at timestamptz(3) NOT NULL DEFAULT now()
  )`,
  'CREATE UNIQUE INDEX uploads_reference_key ON uploads (user_id, namespace_path, name, tag)',
];
