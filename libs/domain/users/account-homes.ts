import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import type { User } from './user.entity.js';
import { noSuchTeam, tooManyAccounts } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

/** What an account belongs to, if anything; see `User`. */
export type AccountHome = Partial<Pick<User, 'ownerId' | 'namespaceId'>>;

/** How many service accounts teams and trees may have: each has quotas and tokens of its own. */
@Injectable()
export class AccountHomes {
  constructor(
    private readonly users: UsersRepository,
    private readonly config: Config,
  ) {}

  /**
   * In the transaction that makes the account: a team is locked, so that it stays and gets no other until that ends. The tree of
   * a namespace has been, by who found it.
   * @throws DomainError `invalid` for a team that is gone, `conflict` for one that is full, or a full tree
   */
  async assertRoom({ ownerId = null, namespaceId = null }: AccountHome): Promise<void> {
    const limit = this.config.maxServiceAccounts;
    if (ownerId !== null) {
      if (!(await this.users.lock(ownerId, 'to change'))) throw noSuchTeam();
      if ((await this.users.countOfTeam(ownerId)) >= limit) throw tooManyAccounts('team', limit);
    }
    if (namespaceId !== null && (await this.users.countOfTree(namespaceId)) >= limit) {
      throw tooManyAccounts('namespace', limit);
    }
  }
}
