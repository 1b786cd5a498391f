import { ANONYMOUS, type GlobalRole, type Principal } from '#kernel';
import type { CollaboratorRole } from './collaborator-role.js';
import { type AccessFacts, mayDelete, mayManage, mayRead, mayWrite } from './namespace.policy.js';
import { VISIBILITIES, type Visibility } from './visibility.js';

const OWNER_ID = 1;

const user = (userId: number, role: GlobalRole = 'member'): Principal => ({
  kind: 'user',
  userId,
  username: `user${userId}`,
  role,
  scopes: new Set(),
  tokenId: 1,
  expiresAt: null,
});

/** Who asks, and as what the tree knows them. */
const CALLERS: Readonly<Record<string, [Principal, CollaboratorRole | null]>> = {
  anonymous: [ANONYMOUS, null],
  stranger: [user(2), null],
  reader: [user(3), 'reader'],
  writer: [user(4), 'writer'],
  maintainer: [user(5), 'maintainer'],
  owner: [user(OWNER_ID), null],
  admin: [user(6, 'admin'), null],
};

function rightsOf(caller: string, visibility: Visibility): string {
  const [principal, collaboratorRole] = CALLERS[caller] ?? [ANONYMOUS, null];
  const facts: AccessFacts = { ownerId: OWNER_ID, visibility, collaboratorRole };
  const rights = { read: mayRead, write: mayWrite, delete: mayDelete, manage: mayManage };
  return Object.entries(rights)
    .filter(([, may]) => may(principal, facts))
    .map(([right]) => right)
    .join(' ');
}

describe('namespace policy', () => {
  it.each([
    // caller        private                       internal                      public
    ['anonymous', '', '', 'read'],
    ['stranger', '', 'read', 'read'],
    ['reader', 'read', 'read', 'read'],
    ['writer', 'read write', 'read write', 'read write'],
    ['maintainer', 'read write delete', 'read write delete', 'read write delete'],
    ['owner', 'read write delete manage', 'read write delete manage', 'read write delete manage'],
    ['admin', 'read write delete manage', 'read write delete manage', 'read write delete manage'],
  ])(
    'gives %s the rights [%s] in a private tree, [%s] in an internal and [%s] in a public one',
    (caller, ...rights) => {
      expect(VISIBILITIES.map((visibility) => rightsOf(caller, visibility))).toEqual(rights);
    },
  );
});
