import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { TreeCredentials } from '#domain/auth';
import { InvitesService } from '#domain/namespaces';

/** What a former owner could still come into a tree by. */
@Injectable()
export class FormerAccess {
  constructor(
    private readonly credentials: TreeCredentials,
    private readonly invites: InvitesService,
  ) {}

  /** In the transaction that gives the tree to another: tokens of its service accounts, and invites that are void now. */
  async end(principal: AuthenticatedPrincipal, rootId: number): Promise<void> {
    await this.credentials.revokeAll(principal, rootId);
    await this.invites.withdrawVoid(principal, rootId);
  }
}
