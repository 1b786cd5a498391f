import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Database } from '#platform/database';
import { type NewUser, type User, UsersService } from '#domain/users';
import { NamespaceTrees } from './namespace-trees.js';

export interface NewServiceAccount extends NewUser {
  /** `path` or `path@owner`, of any level. */
  readonly namespace: string;
}

/** Service accounts that belong to namespaces: whoever owns the tree manages them. */
@Injectable()
export class ServiceAccountsService {
  constructor(
    private readonly trees: NamespaceTrees,
    private readonly users: UsersService,
    private readonly database: Database,
  ) {}

  /**
   * @throws DomainError `forbidden`; `invalid`, also for a username or email that is taken, and for a namespace that is
   *   not there or that the caller may not see; `conflict` where its tree has too many
   */
  async create(principal: AuthenticatedPrincipal, input: NewServiceAccount): Promise<User> {
    if (input.team !== undefined) {
      throw DomainError.field('invalid', 'namespace', 'Name a team or a namespace, not both');
    }
    return this.database.transaction(async () => {
      const namespace = await this.trees.lock(principal, input.namespace);
      return this.users.createIn(principal, namespace, input);
    });
  }
}
