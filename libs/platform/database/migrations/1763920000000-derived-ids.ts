import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Ids that clients derive from references by themselves (RFC 9562, section 5.5), kept where an image can be found by them.
 * Triggers keep them: whatever changes a reference, one statement or a hundred thousand rows, cannot forget to.
 * `images` is locked while each of its rows is written anew: some ten seconds for a hundred thousand.
 */
export class DerivedIds1763920000000 implements MigrationInterface {
  readonly name = 'DerivedIds1763920000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of STATEMENTS) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of UNDO) await runner.query(statement);
  }
}

/** SQL: the reference of an image of the owner `u`, in the namespace `n` if any, in lower case. */
const reference = (image: string): string =>
  `lower(u.username || '/' || coalesce(n.path || '/', '') || ${image}.name || ':' || ${image}.tag)`;

const STATEMENTS = [
  'CREATE EXTENSION IF NOT EXISTS pgcrypto',
  // In the namespace for object identifiers of RFC 9562, section 6.6. PL/pgSQL, since a function in SQL that is not a mere
  // expression takes twenty times as long.
  `CREATE FUNCTION uuid_of_name(name text) RETURNS uuid IMMUTABLE STRICT PARALLEL SAFE LANGUAGE plpgsql AS $$
   DECLARE hash text := encode(
     digest('\\x6ba7b8129dad11d180b400c04fd430c8'::bytea || convert_to(name, 'UTF8'), 'sha1'), 'hex');
   BEGIN
     RETURN substr(hash, 1, 12) || '5' || substr(hash, 14, 3)
       || translate(substr(hash, 17, 1), '0123456789abcdef', '89ab89ab89ab89ab') || substr(hash, 18, 15);
   END $$`,
  // The plain one first; the other two are of the reference with a kind of machine behind it.
  `CREATE FUNCTION ids_of_reference(reference text) RETURNS uuid[] IMMUTABLE STRICT PARALLEL SAFE LANGUAGE plpgsql AS $$ BEGIN
     RETURN ARRAY[uuid_of_name(reference), uuid_of_name(reference || ':gpu'), uuid_of_name(reference || ':cpu')];
   END $$`,
  'ALTER TABLE images ADD COLUMN derived_ids uuid[]',
  `UPDATE images i SET derived_ids = ids_of_reference(${reference('i')})
   FROM images self JOIN users u ON u.id = self.user_id LEFT JOIN namespaces n ON n.id = self.namespace_id
   WHERE self.id = i.id`,
  'ALTER TABLE images ALTER COLUMN derived_ids SET NOT NULL',
  // Without a list of what is yet to be put in, which every look-up would read through.
  'CREATE INDEX images_derived_ids_idx ON images USING gin (derived_ids) WITH (fastupdate = off)',
  `CREATE FUNCTION derive_ids() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     NEW.derived_ids := coalesce((
       SELECT ids_of_reference(${reference('NEW')})
       FROM users u LEFT JOIN namespaces n ON n.id = NEW.namespace_id WHERE u.id = NEW.user_id), '{}');
     RETURN NEW;
   END $$`,
  `CREATE TRIGGER derive_ids BEFORE INSERT OR UPDATE OF user_id, namespace_id, name, tag ON images
   FOR EACH ROW EXECUTE FUNCTION derive_ids()`,
  `CREATE FUNCTION derive_ids_of_owner() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     UPDATE images SET name = name WHERE user_id = NEW.id;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER derive_ids AFTER UPDATE OF username ON users
   FOR EACH ROW WHEN (OLD.username <> NEW.username) EXECUTE FUNCTION derive_ids_of_owner()`,
  `CREATE FUNCTION derive_ids_in_namespace() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
     UPDATE images SET name = name WHERE namespace_id = NEW.id;
     RETURN NULL;
   END $$`,
  `CREATE TRIGGER derive_ids AFTER UPDATE OF path ON namespaces
   FOR EACH ROW WHEN (OLD.path <> NEW.path) EXECUTE FUNCTION derive_ids_in_namespace()`,
];

const UNDO = [
  'DROP TRIGGER derive_ids ON namespaces',
  'DROP TRIGGER derive_ids ON users',
  'DROP TRIGGER derive_ids ON images',
  'DROP FUNCTION derive_ids, derive_ids_of_owner, derive_ids_in_namespace',
  'ALTER TABLE images DROP COLUMN derived_ids',
  'DROP FUNCTION ids_of_reference, uuid_of_name',
  'DROP EXTENSION pgcrypto',
];
