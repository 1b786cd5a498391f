import type { CollaboratorView, InviteView } from '#domain/namespaces';
import { namespaceUrl } from '../namespaces/namespace.presenter.js';
import { presentUserSummary } from '../users/user.presenter.js';
import type { AcceptedInviteAnswer, CollaboratorAnswer, InviteAnswer } from './invite.schema.js';

function presentParties(
  { owner, path, namespaceId, invitee, inviter }: InviteView,
  base: string,
): Omit<AcceptedInviteAnswer, 'role'> {
  return {
    namespace: { id: namespaceId, path, url: namespaceUrl(base, owner, path) },
    invitee: presentUserSummary(invitee),
    inviter: presentUserSummary(inviter),
  };
}

export function presentInvite(invite: InviteView, base: string): InviteAnswer {
  return {
    id: invite.id,
    namespace_id: invite.namespaceId,
    invitee_id: invite.invitee.id,
    inviter_id: invite.inviter.id,
    role: invite.role,
    created_at: invite.createdAt,
    url: `${base}/invites/${invite.id}`,
    ...presentParties(invite, base),
  };
}

/** The answer to accepting one (the contract's 2.5). */
export function presentAcceptedInvite(invite: InviteView, base: string): AcceptedInviteAnswer {
  return { ...presentParties(invite, base), role: invite.role };
}

export function presentCollaborator(collaborator: CollaboratorView, namespace: string): CollaboratorAnswer {
  const { id, email, username, role, joinedAt } = collaborator;
  return { id, email, username, role, created_at: joinedAt, url: `${namespace}/-/collaborators/${username}` };
}
