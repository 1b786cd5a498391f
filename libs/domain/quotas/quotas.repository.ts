import { Injectable } from '@nestjs/common';
import { type PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { heldInNamespace } from '#domain/permissions';
import { QUOTA_SUBJECTS, reserved, STANDING, used } from './quota.sql.js';
import type { Limits, QuotaView, Standing, SubjectName, UsageView } from './quota-view.js';

/** Who looks: by whose accounts and bindings, or at everything. */
export interface Viewer {
  readonly subjectIds: readonly number[];
  readonly seesAll: boolean;
}

/** A quota's subject by id: exactly one of the two. */
export interface SubjectId {
  readonly accountId: number | null;
  readonly namespaceId: number | null;
}

/** A quota that holds more than its limits and more than was there when they were set. */
export type Overdrawn = Standing & { readonly heldBytes: number; readonly heldImages: number };

/** $1 is whose bindings count, $2 whether everything is seen. */
const SEEN = (ownerId: string, lineage: string): string =>
  `($2 OR ${ownerId} = ANY($1) OR 'quota:read' = ANY(${heldInNamespace(lineage)}))`;

const QUOTA = 's.type, s.name, s."limitBytes", s."limitImages", s."updatedAt"';

/** Every account and root namespace that the viewer sees, with its quota if it has one. */
const SUBJECTS = `
  SELECT a.id AS account_id, NULL::int AS namespace_id, a.id AS owner_id, NULL AS root_key,
         CASE a.kind WHEN 'team' THEN 'team' ELSE 'user' END AS type, a.username AS name
  FROM users a WHERE a.deleted_at IS NULL AND ($2 OR a.id = ANY($1))
  UNION ALL
  SELECT NULL, n.id, n.user_id, lower(n.path), 'namespace', a.username || '/' || n.path
  FROM namespaces n JOIN users a ON a.id = n.user_id
  WHERE n.parent_id IS NULL AND ${SEEN('n.user_id', 'n.lineage')}`;

/** The only queries on quotas and on what they limit. */
@Injectable()
export class QuotasRepository {
  constructor(private readonly database: Database) {}

  /** One more than `limit` where there is a next page; by type and name. */
  list({ subjectIds, seesAll }: Viewer, { page, limit }: PageQuery): Promise<QuotaView[]> {
    return this.database.readPlanned<QuotaView>(
      `SELECT ${QUOTA} FROM (${QUOTA_SUBJECTS}) s WHERE ${SEEN('s.owner_id', 's.lineage')}
       ORDER BY s.type, lower(s.name), s.id OFFSET $3 LIMIT $4`,
      [subjectIds, seesAll, (page - 1) * limit, limit + 1],
    );
  }

  async find({ subjectIds, seesAll }: Viewer, subject: SubjectName): Promise<QuotaView | undefined> {
    const [row] = await this.database.readPlanned<QuotaView>(
      `SELECT ${QUOTA} FROM (${QUOTA_SUBJECTS}) s
       WHERE lower(s.name) = lower($3) AND (s.namespace_id IS NOT NULL) = $4 AND ${SEEN('s.owner_id', 's.lineage')}`,
      [subjectIds, seesAll, fullName(subject), subject.type === 'namespace'],
    );
    return row;
  }

  /** As `list`, of whatever can have a quota; counted for the page alone. */
  listUsage({ subjectIds, seesAll }: Viewer, { page, limit }: PageQuery): Promise<UsageView[]> {
    return this.database.readPlanned<UsageView>(
      `WITH s AS MATERIALIZED (
         SELECT found.*, q.limit_bytes::float8 AS "limitBytes", q.limit_images::float8 AS "limitImages"
         FROM (SELECT * FROM (${SUBJECTS}) AS every ORDER BY type, lower(name) OFFSET $3 LIMIT $4) AS found
         LEFT JOIN quotas q ON q.account_id = found.account_id OR q.namespace_id = found.namespace_id)
       SELECT ${STANDING}, used.physical AS "physicalBytes" FROM s, ${used()}, ${reserved()}
       ORDER BY s.type, lower(s.name)`,
      [subjectIds, seesAll, (page - 1) * limit, limit + 1],
    );
  }

  /**
   * The subject, locked until the transaction ends against whatever would come to belong to it: an image's row takes a
   * lock on its owner's and its tree's, which waits for this one.
   */
  async lockSubject(subject: SubjectName): Promise<SubjectId | undefined> {
    const [row] = await (subject.type === 'account'
      ? this.database.query<SubjectId>(
          `SELECT id AS "accountId", NULL AS "namespaceId" FROM users
           WHERE lower(username) = lower($1) AND deleted_at IS NULL FOR UPDATE`,
          [subject.name],
        )
      : this.database.query<SubjectId>(
          `SELECT NULL AS "accountId", n.id AS "namespaceId" FROM namespaces n JOIN users a ON a.id = n.user_id
           WHERE lower(a.username) = lower($1) AND a.deleted_at IS NULL AND n.parent_id IS NULL AND lower(n.path) = lower($2)
           FOR UPDATE OF n`,
          [subject.owner, subject.name],
        ));
    return row;
  }

  /** Sets the limits, and notes what is held at this moment, which may stay. */
  async put({ accountId, namespaceId }: SubjectId, { limitBytes, limitImages }: Limits): Promise<void> {
    const target = accountId === null ? 'namespace_id' : 'account_id';
    await this.database.query(
      `INSERT INTO quotas (account_id, namespace_id, limit_bytes, limit_images) VALUES ($1, $2, $3, $4)
       ON CONFLICT (${target}) DO UPDATE
       SET limit_bytes = excluded.limit_bytes, limit_images = excluded.limit_images, updated_at = now()`,
      [accountId, namespaceId, limitBytes, limitImages],
    );
    await this.database.query(
      `UPDATE quotas q SET held_bytes = used.bytes, held_images = used.images
       FROM ${used('$1', '$2')}
       WHERE q.account_id = $1 OR q.namespace_id = $2`,
      [accountId, namespaceId],
    );
  }

  /** False where there was none. */
  async delete({ accountId, namespaceId }: SubjectId): Promise<boolean> {
    const rows = await this.database.query(
      `WITH gone AS (DELETE FROM quotas WHERE account_id = $1 OR namespace_id = $2 RETURNING id) SELECT id FROM gone`,
      [accountId, namespaceId],
    );
    return rows.length > 0;
  }

  /** Quotas that hold more than can be explained by limits that were lowered. */
  listOverdrawn(): Promise<Overdrawn[]> {
    return this.database.query<Overdrawn>(
      `SELECT ${STANDING}, s."heldBytes", s."heldImages" FROM (${QUOTA_SUBJECTS}) s, ${used()}, ${reserved()}
       WHERE used.bytes > greatest(s."limitBytes", s."heldBytes") AND s."limitBytes" IS NOT NULL
          OR used.images > greatest(s."limitImages", s."heldImages") AND s."limitImages" IS NOT NULL
       ORDER BY s.id`,
    );
  }
}

function fullName(subject: SubjectName): string {
  return subject.type === 'account' ? subject.name : `${subject.owner}/${subject.name}`;
}
