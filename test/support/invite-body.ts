import type { TestUser } from './builders.js';
import { TIME, userBody } from './image-body.js';

/** The whole entity of an invite by the owner of a root namespace, as an answer must show it. */
export function inviteBody(
  owner: TestUser,
  root: string,
  invitee: TestUser,
  changes: Readonly<Record<string, unknown>> = {},
): object {
  return {
    id: expect.any(Number),
    namespace_id: expect.any(Number),
    invitee_id: expect.any(Number),
    inviter_id: expect.any(Number),
    role: 'maintainer',
    created_at: expect.stringMatching(TIME),
    url: expect.stringMatching(new RegExp(`^${owner.url}/invites/\\d+$`)),
    ...partiesBody(owner, root, invitee),
    ...changes,
  };
}

/** Who invited whom to what. */
export function partiesBody(owner: TestUser, root: string, invitee: TestUser): object {
  return {
    namespace: { id: expect.any(Number), path: root, url: `${owner.url}/n/${owner.username}/${root}` },
    invitee: userBody(invitee),
    inviter: userBody(owner),
  };
}
