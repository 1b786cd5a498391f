import { Injectable } from '@nestjs/common';
import { type PageQuery } from '#kernel';
import { Database } from '#platform/database';
import { type Visibility, widest } from '#domain/namespaces';
import { accessSql, INVOLVED, type ThingNames, thingSql, whoSql } from './access.sql.js';
import type { Holder, Thing } from './access.view.js';

type AccessRow = Thing & { readonly treeVisibility: Visibility | null } & (Holder | { readonly id: null });

/** A target, and users with what they hold on it. */
export interface AccessFacts {
  readonly thing: Thing;
  readonly holders: readonly Holder[];
}

/** What explanations rest on, in one statement each. */
@Injectable()
export class AccessRepository {
  constructor(private readonly database: Database) {}

  /** Undefined where there is no such target; without a holder where there is no such user. */
  findOf(subjectIds: readonly number[], names: ThingNames, username: string): Promise<AccessFacts | undefined> {
    const values: unknown[] = [subjectIds];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const thing = thingSql(names, bind);
    return this.read(accessSql(thing, whoSql(`lower(u.username) = lower(${bind(username)})`)), values);
  }

  /** Whoever is involved, by name; one more than `limit` where there is a next page. */
  findInvolved(
    subjectIds: readonly number[],
    names: ThingNames,
    { page, limit }: PageQuery,
  ): Promise<AccessFacts | undefined> {
    const values: unknown[] = [subjectIds];
    const bind = (value: unknown): string => `$${values.push(value)}`;
    const thing = thingSql(names, bind);
    const slice = `ORDER BY lower(u.username) OFFSET ${bind((page - 1) * limit)} LIMIT ${bind(limit + 1)}`;
    return this.read(accessSql(thing, `${whoSql(INVOLVED)} ${slice}`), values);
  }

  private async read(sql: string, values: readonly unknown[]): Promise<AccessFacts | undefined> {
    const rows = await this.database.readPlanned<AccessRow>(sql, values);
    const [first] = rows;
    if (!first) return undefined;
    const { kind, name, ownerId, ownerName, held } = first;
    const visibility = widest(first.visibility, first.treeVisibility ?? 'private');
    return {
      thing: { kind, name, ownerId, ownerName, held, visibility },
      holders: rows.filter((row): row is AccessRow & Holder => row.id !== null),
    };
  }
}
