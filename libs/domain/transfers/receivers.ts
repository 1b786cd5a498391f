import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, mayEverywhere, type Scope } from '#kernel';
import { cannotOwn, ownerOf, UsersService } from '#domain/users';
import { noSuchReceiver, notTheirsToGive, ownsNothing } from './transfers.errors.js';
import type { Receiver } from './transfers.repository.js';

/** Who may be given things by whom. */
@Injectable()
export class Receivers {
  constructor(private readonly users: UsersService) {}

  /**
   * A user or a team by name: the caller, a team of theirs, or with `scope` everywhere anybody.
   * @throws DomainError `invalid` that blames `to`, also for a team that the caller may not see, and for who can own nothing; `forbidden`
   */
  async resolve(principal: AuthenticatedPrincipal, name: string, scope: Scope): Promise<Receiver> {
    const account = await this.users.findByHandle(name);
    if (!account) throw noSuchReceiver();
    if (!principal.subjectIds.includes(account.id) && !mayEverywhere(principal, scope)) {
      throw account.kind === 'team' ? noSuchReceiver() : notTheirsToGive();
    }
    if (ownerOf(account)) throw account.id === principal.userId ? cannotOwn(account.username) : ownsNothing();
    return account;
  }

  /** Keeps it from being deleted until the transaction ends. @throws DomainError `invalid` where it has been */
  async hold({ id }: Receiver): Promise<void> {
    if (!(await this.users.hold(id))) throw noSuchReceiver();
  }
}
