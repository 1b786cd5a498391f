import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, type Principal, type Scope } from '#kernel';
import { violatedUniqueConstraint } from '#platform/database';
import { type AuditEntry, AuditTrail } from '#domain/audit';
import { type User, UsersService } from '#domain/users';
import { COLLABORATOR_ROLES, type CollaboratorRole } from './collaborator-role.js';
import { InviteRights } from './invite-rights.js';
import {
  COLLABORATORS_OF_TREE,
  type CollaboratorView,
  INVITES_TO_TREE,
  InvitesRepository,
  type InviteView,
} from './invites.repository.js';
import { auditTarget, type NamespaceView } from './namespace-view.js';
import { namespaceNotFound, voidInvite } from './namespaces.errors.js';
import { NamespacesService } from './namespaces.service.js';

export interface NewInvite {
  /** Username or email. */
  readonly handle: string;
  /** `maintainer` unless told: the contract's collaborators may create and delete. */
  readonly role?: string | undefined;
}

/** Sharing a tree: the owner invites, the invitee accepts or declines, the owner may end it. */
@Injectable()
export class InvitesService {
  constructor(
    private readonly invites: InvitesRepository,
    private readonly rights: InviteRights,
    private readonly namespaces: NamespacesService,
    private readonly users: UsersService,
    private readonly audit: AuditTrail,
  ) {}

  /** @throws DomainError `not_found`, `forbidden`, `invalid` (unknown user, oneself, invited already, a collaborator already) */
  async invite(principal: AuthenticatedPrincipal, owner: string, path: string, input: NewInvite): Promise<InviteView> {
    const seen = await this.getRoot(principal, 'invite:write', owner, path);
    const role = toRole(input.role ?? 'maintainer');
    return this.audit.transaction(async () => {
      await this.rights.holdTree(seen.id);
      const node = await this.getRoot(principal, 'invite:write', owner, path); // again: it may be somebody else's by now
      if (node.id !== seen.id) throw namespaceNotFound();
      await this.rights.assertMayInvite(principal, node, role);
      const invitee = await this.getInvitee(node, input.handle);
      if (!(await this.users.holdAll([invitee.id, principal.userId]))) throw noSuchUser();
      await this.withdrawVoid(principal, node.rootId, invitee.id);
      const id = await this.insert({
        namespaceId: node.rootId,
        inviteeId: invitee.id,
        inviterId: principal.userId,
        role,
      });
      const view = await this.getView(id);
      await this.audit.record(principal, { ...inviteEntry('create', view), after: grantOf(view) });
      return view;
    });
  }

  async listOfTree(principal: Principal, owner: string, path: string): Promise<InviteView[]> {
    return this.namespaces.listHeldContents(principal, 'invite:read', owner, path, INVITES_TO_TREE);
  }

  listReceived(principal: AuthenticatedPrincipal): Promise<InviteView[]> {
    return this.invites.listReceived(principal.userId);
  }

  /** Only by the invitee; the invite becomes a collaboration on the root. @throws DomainError `not_found`, `conflict` (void) */
  async accept(principal: AuthenticatedPrincipal, id: number): Promise<InviteView> {
    return this.audit.transaction(async () => {
      const invite = await this.hold(principal, id);
      if (!(await this.rights.isGood(invite))) throw voidInvite();
      if (!(await this.invites.delete(id))) throw namespaceNotFound();
      const [{ namespaceId, role }, inviterId] = [invite, invite.inviter.id];
      await this.invites.addCollaborator({ namespaceId, inviteeId: principal.userId, inviterId, role });
      await this.audit.record(principal, { ...inviteEntry('accept', invite), after: grantOf(invite) });
      return invite;
    });
  }

  /** By the invitee (declines), or by whoever may manage the namespace (takes it back). @throws DomainError `not_found` */
  async delete(principal: AuthenticatedPrincipal, id: number): Promise<void> {
    const invite = await this.invites.findById(id);
    if (!invite) throw namespaceNotFound();
    if (invite.invitee.id !== principal.userId) await this.assertMayRevoke(principal, invite);
    const verb = invite.invitee.id === principal.userId ? 'decline' : 'delete';
    await this.audit.transaction(async () => {
      if (!(await this.invites.delete(id))) return;
      await this.audit.record(principal, { ...inviteEntry(verb, invite), before: grantOf(invite) });
    });
  }

  async listCollaborators(principal: Principal, owner: string, path: string): Promise<CollaboratorView[]> {
    return this.namespaces.listHeldContents(principal, 'invite:read', owner, path, COLLABORATORS_OF_TREE);
  }

  /** @throws DomainError `not_found`, `forbidden`, `invalid` (no such collaborator) */
  async removeCollaborator(principal: Principal, owner: string, path: string, handle: string): Promise<void> {
    const node = await this.getRoot(principal, 'invite:delete', owner, path);
    const user = await this.users.findByHandle(handle);
    await this.audit.transaction(async () => {
      const removed = user !== null && (await this.invites.removeCollaborator(node.rootId, user.id));
      if (!removed) throw new DomainError('invalid', 'No such collaborator');
      await this.audit.record(principal, {
        action: 'collaborator.remove',
        target: auditTarget(node),
        before: { user: user.username, root_id: node.rootId },
      });
    });
  }

  /** Takes back what may not be accepted any more: of a tree, or what of it is for one user. Call it in a transaction. */
  async withdrawVoid(principal: Principal, rootId: number, inviteeId: number | null = null): Promise<void> {
    await this.rights.holdTree(rootId);
    for (const invite of await this.invites.listOfTree(rootId, inviteeId)) {
      if ((await this.rights.isGood(invite)) || !(await this.invites.delete(invite.id))) continue;
      await this.audit.record(principal, { ...inviteEntry('delete', invite), before: grantOf(invite) });
    }
  }

  /** The caller's, read again once its tree, and the caller, stay as they are. */
  private async hold({ userId }: AuthenticatedPrincipal, id: number): Promise<InviteView> {
    const seen = await this.invites.findById(id);
    if (seen?.invitee.id !== userId) throw namespaceNotFound();
    await this.rights.holdTree(seen.namespaceId);
    if (!(await this.users.holdToGrant(userId))) throw namespaceNotFound();
    return this.getView(id);
  }

  /** To everybody but those who manage the namespace, an invite between others does not exist. */
  private async assertMayRevoke(principal: Principal, { owner, path }: InviteView): Promise<void> {
    await this.namespaces.getHeld(principal, 'invite:delete', owner, path).catch((error: unknown) => {
      throw error instanceof DomainError ? namespaceNotFound() : error;
    });
  }

  /** Sharing is of the whole tree: it takes the scope on the root, whichever namespace of it was named. */
  private async getRoot(principal: Principal, scope: Scope, owner: string, path: string): Promise<NamespaceView> {
    const node = await this.namespaces.getHeld(principal, scope, owner, path);
    if (node.parentId === null) return node;
    return this.namespaces.getHeld(principal, scope, owner, node.path.split('/')[0] ?? '');
  }

  private async getInvitee(node: NamespaceView, handle: string): Promise<User> {
    const user = await this.users.findByHandle(handle);
    if (!user || user.kind === 'team') throw noSuchUser();
    if (user.id === node.userId) throw new DomainError('invalid', 'Cannot invite self');
    if (await this.invites.isCollaborator(node.rootId, user.id)) {
      throw new DomainError('invalid', 'Already a collaborator');
    }
    return user;
  }

  private async insert(invite: Parameters<InvitesRepository['insert']>[0]): Promise<number> {
    try {
      return await this.invites.insert(invite);
    } catch (error) {
      if (violatedUniqueConstraint(error) === undefined) throw error;
      throw new DomainError('invalid', 'Invite already sent', { cause: error });
    }
  }

  private async getView(id: number): Promise<InviteView> {
    const view = await this.invites.findById(id);
    if (!view) throw namespaceNotFound();
    return view;
  }
}

const noSuchUser = (): DomainError => new DomainError('invalid', 'No such user');

/** An invite is named by the root that it opens. */
function inviteEntry(verb: string, { id, owner, path }: InviteView): AuditEntry {
  return { action: `invite.${verb}`, target: { kind: 'invite', id, name: `${owner}/${path}` } };
}

/** Whom it gives what. */
function grantOf({ invitee, inviter, role }: InviteView): NonNullable<AuditEntry['after']> {
  return { user: invitee.username, role, invited_by: inviter.username };
}

function toRole(text: string): CollaboratorRole {
  const role = COLLABORATOR_ROLES.find((known) => known === text);
  if (!role) throw DomainError.field('invalid', 'role', `Role must be one of ${COLLABORATOR_ROLES.join(', ')}`);
  return role;
}
