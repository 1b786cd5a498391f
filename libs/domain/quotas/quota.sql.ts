import { instanceIsAlive } from '#platform/database';

/**
 * What counts is always counted from the rows themselves; no number is kept. Every part speaks of `s`, a subject:
 * `account_id` or `namespace_id`, and `owner_id` and `root_key` by which uploads name what they are for.
 */

/**
 * `used`: images, the logical bytes of each, and the physical ones, of which a blob's count once. What was sent and is yet
 * to be converted counts as an image's bytes do. Read from indexes alone, in the order of blobs; sources are few, and each
 * is looked up. A statement that knows the one id of its subject beforehand says both, one of them null: the join
 * is then planned for as many images as that subject has, and not for what one has on average.
 */
export const used = (accountId = 's.account_id', treeId = 's.namespace_id'): string => `LATERAL (
  SELECT whole.images, whole.bytes + sent.bytes AS bytes, whole.physical + sent.bytes AS physical
  FROM (
    SELECT coalesce(sum(i.images), 0)::float8 AS images, coalesce(sum(i.images * b.size_bytes), 0)::float8 AS bytes,
           coalesce(sum(b.size_bytes), 0)::float8 AS physical
    FROM (SELECT blob_id, count(*) AS images FROM images WHERE user_id = ${accountId} GROUP BY blob_id
          UNION ALL
          SELECT blob_id, count(*) FROM images WHERE root_namespace_id = ${treeId} GROUP BY blob_id) i
    LEFT JOIN blobs b ON b.id = i.blob_id) AS whole, (
    SELECT coalesce(sum(f.size_bytes), 0)::float8 AS bytes FROM image_sources f
    WHERE (SELECT i.user_id = ${accountId} OR i.root_namespace_id = ${treeId} FROM images i WHERE i.id = f.image_id)
  ) AS sent) AS used`;

/** `reserved`: what pushes under way may still add. That of a dead process counts no more, swept or not. */
export const reserved = (condition = 'true'): string => `LATERAL (
  SELECT count(*) FILTER (WHERE p.adds_image)::float8 AS images, coalesce(sum(p.reserved_bytes), 0)::float8 AS bytes
  FROM uploads p
  WHERE p.reserved_bytes > 0 AND p.user_id = s.owner_id AND ${condition}
    AND (s.root_key IS NULL OR split_part(p.namespace_path, '/', 1) = s.root_key)
    AND ${instanceIsAlive('p.instance_id')}) AS reserved`;

/** Quotas with the subjects they are of. */
export const QUOTA_SUBJECTS = `
  SELECT q.id, q.account_id, q.namespace_id, coalesce(q.account_id, n.user_id) AS owner_id, lower(n.path) AS root_key,
         CASE WHEN n.id IS NOT NULL THEN 'namespace' WHEN a.kind = 'team' THEN 'team' ELSE 'user' END AS type,
         CASE WHEN n.id IS NOT NULL THEN a.username || '/' || n.path ELSE a.username END AS name,
         q.limit_bytes::float8 AS "limitBytes", q.limit_images::float8 AS "limitImages",
         q.held_bytes::float8 AS "heldBytes", q.held_images::float8 AS "heldImages", q.updated_at AS "updatedAt",
         n.lineage
  FROM quotas q LEFT JOIN namespaces n ON n.id = q.namespace_id
  JOIN users a ON a.id = coalesce(q.account_id, n.user_id)`;

/** Columns of a `Standing`. */
export const STANDING = `s.type, s.name, s."limitBytes", s."limitImages", used.images AS "usedImages",
  used.bytes AS "usedBytes", reserved.images AS "reservedImages", reserved.bytes AS "reservedBytes"`;
