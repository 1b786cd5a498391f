import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { NamespaceAccounts } from '#domain/users';
import { factsOf, targetOf } from './token-audit.js';
import { TokensRepository } from './tokens.repository.js';

/** What the service accounts of a tree sign in with. */
@Injectable()
export class TreeCredentials {
  constructor(
    private readonly accounts: NamespaceAccounts,
    private readonly tokens: TokensRepository,
    private readonly audit: AuditTrail,
  ) {}

  /** Ends all of them, in the transaction that has locked the tree and gives it away: its former owner knows them. */
  async revokeAll(principal: AuthenticatedPrincipal, rootId: number): Promise<void> {
    const accounts = await this.accounts.removePasswords(principal, rootId);
    for (const token of await this.tokens.deleteOf(accounts.map(({ id }) => id))) {
      const target = targetOf(token);
      await this.audit.record(principal, { action: `${target.kind}.revoke`, target, before: factsOf(token) });
    }
  }
}
