import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Database } from '#platform/database';
import { BINDING_IS_LIVE } from './held-scopes.sql.js';
import { subjectIdsOfUser, teamsLedByUser } from './subjects.sql.js';

/** What a user's teams and global bindings give them; see AuthenticatedPrincipal. */
export interface GrantsRow {
  readonly subjectIds: readonly number[];
  readonly leads: readonly number[];
  readonly everywhere: readonly Scope[];
  readonly isBound: boolean;
}

/** What a binding is on; the whole installation where both are null. */
export interface GrantTarget {
  readonly namespaceId: number | null;
  readonly imageId: number | null;
}

const GRANTS = `
  SELECT subjects.ids AS "subjectIds", ${teamsLedByUser('$1::int')} AS leads,
         ARRAY(SELECT unnest(r.scopes) FROM bindings b JOIN roles r ON r.id = b.role_id
               WHERE b.subject_id = ANY(subjects.ids) AND b.namespace_id IS NULL AND b.image_id IS NULL
                 AND ${BINDING_IS_LIVE}) AS everywhere,
         EXISTS (SELECT FROM bindings b WHERE b.subject_id = ANY(subjects.ids)
                 AND (b.namespace_id IS NOT NULL OR b.image_id IS NOT NULL)) AS "isBound"
  FROM (SELECT ${subjectIdsOfUser('$1::int')} AS ids) subjects`;

/** What counts for a user of all that was granted. */
@Injectable()
export class GrantsRepository {
  constructor(private readonly database: Database) {}

  /** Asked on every request of those who have any, and never cached either. */
  async find(userId: number): Promise<GrantsRow | undefined> {
    const [row] = await this.database.lookUp<GrantsRow>(GRANTS, [userId]);
    return row;
  }

  /** What anybody is given by bindings on these very namespaces. */
  async listScopesOn(namespaceIds: readonly number[]): Promise<Scope[]> {
    const rows = await this.database.query<{ scope: Scope }>(
      `SELECT DISTINCT unnest(r.scopes) AS scope FROM bindings b JOIN roles r ON r.id = b.role_id
       WHERE b.namespace_id = ANY($1) AND ${BINDING_IS_LIVE}`,
      [namespaceIds],
    );
    return rows.map(({ scope }) => scope);
  }

  /**
   * Until when bindings alone give all of `scopes` on a target: the earliest end of any of them; null for no end.
   * A global binding counts on every target.
   */
  async heldUntil(
    subjectIds: readonly number[],
    scopes: readonly Scope[],
    { namespaceId, imageId }: GrantTarget,
  ): Promise<Date | null> {
    const [row] = await this.database.query<{ until: Date | null }>(
      `SELECT min(until) AS until FROM (
         SELECT CASE WHEN bool_or(b.expires_at IS NULL) THEN NULL ELSE max(b.expires_at) END AS until
         FROM bindings b JOIN roles r ON r.id = b.role_id CROSS JOIN unnest(r.scopes) AS held (scope)
         WHERE b.subject_id = ANY($1) AND held.scope = ANY($2) AND ${BINDING_IS_LIVE}
           AND (b.image_id = $4 OR (b.namespace_id IS NULL AND b.image_id IS NULL) OR b.namespace_id = ANY(
             SELECT unnest(lineage) FROM namespaces
             WHERE id = coalesce($3, (SELECT namespace_id FROM images WHERE id = $4))))
         GROUP BY held.scope) AS each`,
      [subjectIds, scopes, namespaceId, imageId],
    );
    return row?.until ?? null;
  }
}
