import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { GrantsRepository, withEveryScope } from '#domain/permissions';
import { ownerOf } from './user-rules.js';
import { UsersRepository } from './users.repository.js';

/** Users who are not asking, for what happens in their name later: with the rights that they have then. */
@Injectable()
export class UserPrincipals {
  constructor(
    private readonly users: UsersRepository,
    private readonly grants: GrantsRepository,
  ) {}

  /** Somebody as they would be with a token of all scopes; undefined for one who is disabled or gone, and so may nothing. */
  async find(id: number): Promise<AuthenticatedPrincipal | undefined> {
    const [user, grants] = [await this.users.findById(id), await this.grants.find(id)];
    if (user?.disabledAt !== null || !grants) return undefined;
    const { username, role } = user;
    const { subjectIds, isBound, leads, everywhere } = grants;
    const principal = withEveryScope({ userId: id, username, role, subjectIds, isBound }, leads, everywhere);
    return { ...principal, ownsNothing: ownerOf(user) !== undefined };
  }
}
