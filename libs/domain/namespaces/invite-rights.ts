import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { GrantLimits, notHeld, notHeldOf } from '#domain/permissions';
import { UserPrincipals } from '#domain/users';
import type { CollaboratorRole } from './collaborator-role.js';
import { InvitesRepository, type InviteView } from './invites.repository.js';
import { factsOf, type NamespaceView } from './namespace-view.js';
import { namespaceNotFound, onlyForATime } from './namespaces.errors.js';
import { NamespacesRepository } from './namespaces.repository.js';

/** Who may invite with which role: one rule when an invite is sent, and again when it is accepted. */
@Injectable()
export class InviteRights {
  constructor(
    private readonly invites: InvitesRepository,
    private readonly namespaces: NamespacesRepository,
    private readonly principals: UserPrincipals,
    private readonly limits: GrantLimits,
  ) {}

  /** Nobody gives another owner to a tree until the transaction ends. @throws DomainError `not_found` where it is gone */
  async holdTree(rootId: number): Promise<void> {
    if (!(await this.namespaces.lockTree(rootId, 'to read'))) throw namespaceNotFound();
  }

  /** Nobody invites to more than they hold themselves on the tree, by their roles and by their token. @throws DomainError `forbidden` */
  async assertMayInvite(principal: AuthenticatedPrincipal, root: NamespaceView, role: CollaboratorRole): Promise<void> {
    const refusal = await this.findRefusal(principal, root, role);
    if (refusal) throw refusal;
  }

  /** Whether its sender might send it now, with a token of all scopes. Ask while the tree is held. */
  async isGood({ inviter, invitee, owner, path, role }: InviteView): Promise<boolean> {
    const sender = await this.principals.find(inviter.id); // who is disabled offers nothing any more
    const root = sender && (await this.namespaces.findView(sender.subjectIds, owner, path));
    if (!root || root.userId === invitee.id) return false;
    return (await this.findRefusal(sender, root, role)) === undefined;
  }

  /** A collaboration does not end: whoever holds for a time only would give more than they hold. */
  private async findRefusal(
    principal: AuthenticatedPrincipal,
    root: NamespaceView,
    role: CollaboratorRole,
  ): Promise<DomainError | undefined> {
    const standing = factsOf(root);
    const scopes = await this.invites.scopesOf(role);
    const missing = notHeldOf(principal, ['invite:write', ...scopes], standing);
    if (missing.length > 0) return notHeld(missing);
    const until = await this.limits.until(principal, scopes, { namespaceId: root.id, imageId: null, standing });
    return until === null ? undefined : onlyForATime(until);
  }
}
