import { IMAGE_REFERENCE, type ImageReference } from '#domain/images';
import { BINDING_IS_LIVE, heldScopes, subjectIdsOfUser, teamsLedByUser } from '#domain/permissions';

/** What a question of access is about, by name. */
export type ThingNames =
  | { readonly kind: 'global' }
  | { readonly kind: 'namespace'; readonly owner: string; readonly path: string }
  | { readonly kind: 'image'; readonly reference: ImageReference };

export type Bind = (value: unknown) => string;

/** One row of the target: the shape that `thing` has below, or none where there is no such target. */
export function thingSql(names: ThingNames, bind: Bind): string {
  if (names.kind === 'global') {
    return `SELECT 'global' AS kind, '' AS name, 0 AS owner_id, '' AS owner_name, 'private' AS visibility,
                   NULL::text AS tree_visibility, NULL::int[] AS lineage, NULL::int AS image_id`;
  }
  if (names.kind === 'namespace') {
    return `SELECT 'namespace' AS kind, n.path || '@' || o.username AS name, o.id AS owner_id, o.username AS owner_name,
                   n.visibility, NULL::text AS tree_visibility, n.lineage, NULL::int AS image_id
            FROM namespaces n JOIN users o ON o.id = n.user_id
            WHERE o.deleted_at IS NULL AND lower(o.username) = lower(${bind(names.owner)}) AND lower(n.path) = lower(${bind(names.path)})`;
  }
  return `SELECT 'image' AS kind, ${IMAGE_REFERENCE} AS name,
                 o.id AS owner_id, o.username AS owner_name, i.visibility, n.visibility AS tree_visibility, n.lineage, i.id AS image_id
          FROM images i JOIN users o ON o.id = i.user_id LEFT JOIN namespaces n ON n.id = i.namespace_id
          WHERE ${imageIs(names.reference, bind)}`;
}

function imageIs(reference: ImageReference, bind: Bind): string {
  if (reference.kind === 'id') return `i.id = ${bind(reference.id)}`;
  return `o.deleted_at IS NULL AND lower(o.username) = lower(${bind(reference.owner ?? '')})
    AND lower(coalesce(n.path, '')) = lower(${bind(reference.namespace)})
    AND i.name = ${bind(reference.name)} AND i.tag = ${bind(reference.tag)}`;
}

const ON_THING = `((b.namespace_id IS NULL AND b.image_id IS NULL) OR b.namespace_id = ANY(thing.lineage) OR b.image_id = thing.image_id)`;

/** Users by what `where` says of `u`, each with whose bindings count for them and the teams they lead. */
export const whoSql = (where: string): string => `
  SELECT u.id, u.username, u.role, u.disabled_at IS NOT NULL AS disabled,
         ${subjectIdsOfUser('u.id')} AS ids, ${teamsLedByUser('u.id')} AS leads
  FROM users u WHERE u.kind <> 'team' AND u.deleted_at IS NULL AND ${where}`;

/** Whoever may have something to do with an image: its owner, admins, who has a role there, and the members of teams of these. */
export const INVOLVED = `u.disabled_at IS NULL AND u.id IN (
  WITH accounts AS (
    SELECT owner_id AS id FROM thing
    UNION SELECT b.subject_id FROM thing, bindings b JOIN roles r ON r.id = b.role_id
    WHERE r.scopes && ARRAY['image:read', 'image:write', 'image:delete'] AND ${BINDING_IS_LIVE} AND ${ON_THING})
  SELECT id FROM accounts
  UNION SELECT m.user_id FROM team_members m JOIN accounts a ON a.id = m.team_id
  UNION SELECT m.user_id FROM team_members m JOIN teams t ON t.id = m.team_id JOIN accounts a ON a.id = t.parent_id
  UNION SELECT id FROM users WHERE role = 'admin')`;

/** The target and each user with what they hold on it; the target alone where there is no user. $1 is whose bindings count for the caller. */
export const accessSql = (thing: string, who: string): string => `
  WITH thing AS MATERIALIZED (${thing}), who AS (${who})
  SELECT thing.kind, thing.name, thing.owner_id AS "ownerId", thing.owner_name AS "ownerName", thing.visibility,
         thing.tree_visibility AS "treeVisibility",
         ${heldScopes('(b.namespace_id = ANY(thing.lineage) OR b.image_id = thing.image_id)')} AS held,
         who.id, who.username, who.role, who.disabled, who.ids AS "subjectIds", who.leads,
         (SELECT coalesce(json_agg(json_build_object('id', b.id, 'role', r.name, 'scopes', r.scopes,
            'team', CASE WHEN s.kind = 'team' THEN s.username END, 'namespace', n.path || '@' || o.username, 'image', b.image_id)
            ORDER BY b.id), '[]')
          FROM bindings b JOIN roles r ON r.id = b.role_id JOIN users s ON s.id = b.subject_id
          LEFT JOIN namespaces n ON n.id = b.namespace_id LEFT JOIN users o ON o.id = n.user_id
          WHERE b.subject_id = ANY(who.ids) AND ${BINDING_IS_LIVE} AND ${ON_THING}) AS grants
  FROM thing LEFT JOIN who ON true ORDER BY lower(who.username)`;
