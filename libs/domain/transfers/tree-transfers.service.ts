import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { factsOf, NamespacesService, type NamespaceView } from '#domain/namespaces';
import { FormerAccess } from './former-access.js';
import { Handover } from './handover.js';
import { Receivers } from './receivers.js';
import { alreadyTheirs, movedMeanwhile, pushesUnderWay, rootsOnly, wouldClash } from './transfers.errors.js';
import { assertMayGive } from './transfer.policy.js';
import { type Receiver, TransfersRepository } from './transfers.repository.js';

/** Giving a root namespace, with all below and all images in it, to another user or team. */
@Injectable()
export class TreeTransfersService {
  constructor(
    private readonly transfers: TransfersRepository,
    private readonly receivers: Receivers,
    private readonly namespaces: NamespacesService,
    private readonly formerAccess: FormerAccess,
    private readonly handover: Handover,
  ) {}

  /**
   * All or nothing.
   * @returns the root as the caller sees it afterwards; undefined where they do not see it any more
   * @throws DomainError `not_found`, `forbidden`, `invalid`, `conflict` (names clash, or images are on their way into it), `quota_exceeded`
   */
  async transfer(
    principal: AuthenticatedPrincipal,
    owner: string,
    path: string,
    to: string,
  ): Promise<NamespaceView | undefined> {
    const root = await this.namespaces.get(principal, owner, path);
    assertMayGive(principal, 'namespace', factsOf(root));
    if (root.parentId !== null) throw rootsOnly();
    const receiver = await this.receivers.resolve(principal, to, 'namespace:write');
    if (receiver.id === root.userId) throw alreadyTheirs();
    await this.giveAllOrNothing(principal, root, receiver);
    return this.namespaces.find(principal, receiver.username, root.path);
  }

  private async giveAllOrNothing(principal: AuthenticatedPrincipal, root: NamespaceView, to: Receiver): Promise<void> {
    try {
      await this.handover.transaction(() => this.give(principal, root, to));
    } catch (error) {
      if (violatedUniqueConstraint(error) === undefined) throw error;
      throw wouldClash(await this.transfers.findNamespaceClashes(root.id, to));
    }
  }

  private async give(principal: AuthenticatedPrincipal, root: NamespaceView, to: Receiver): Promise<void> {
    if ((await this.transfers.lockTree(root.id)) !== root.userId) throw movedMeanwhile();
    await this.receivers.hold(to);
    const coming = await this.transfers.findPushesInto(root.id);
    if (coming.length > 0) throw pushesUnderWay(coming);
    await this.transfers.giveTree(root.id, to);
    await this.formerAccess.end(principal, root.id);
    const from = root.user.username;
    const target = { kind: 'namespace', id: root.id, name: `${from}/${root.path}` };
    await this.handover.complete(principal, { target, from, to, arrival: { treeId: root.id } });
  }
}
