import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { factsOf, targetOf } from './user-audit.js';
import type { User } from './user.entity.js';
import { accountsStillOwn } from './users.errors.js';
import { UsersRepository } from './users.repository.js';

/**
 * What becomes of the service accounts of a namespace, and of all below it, together with it: in the transaction that has
 * locked the tree, so that no more are made.
 */
@Injectable()
export class NamespaceAccounts {
  constructor(
    private readonly users: UsersRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `conflict` that names those which still own something */
  async deleteAll(principal: Principal, namespaceId: number): Promise<void> {
    const accounts = await this.users.lockWithin(namespaceId);
    const owning = await this.users.findOwning(accounts.map(({ id }) => id));
    if (owning.length > 0) throw accountsStillOwn(owning);
    for (const account of accounts) {
      await this.users.softDelete(account.id);
      await this.audit.record(principal, {
        action: 'user.delete',
        target: targetOf(account),
        before: factsOf(account),
      });
    }
  }

  /** Whoever had the tree may know them. @returns the accounts, with and without one */
  async removePasswords(principal: Principal, namespaceId: number): Promise<User[]> {
    const accounts = await this.users.lockWithin(namespaceId);
    const changed = await this.users.removePasswords(accounts.map(({ id }) => id));
    for (const account of accounts.filter(({ id }) => changed.includes(id))) {
      const [before, after] = [{ password: null }, { password: 'removed' }];
      await this.audit.record(principal, { action: 'user.update', target: targetOf(account), before, after });
    }
    return accounts;
  }
}
