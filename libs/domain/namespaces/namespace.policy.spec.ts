import { ANONYMOUS, type Principal, type Scope, SCOPES } from '#kernel';
import { maySee } from './namespace.policy.js';
import { VISIBILITIES } from './visibility.js';

const OWNER_ID = 1;
const TEAM_ID = 9;

interface Known {
  readonly userId: number;
  readonly everywhere?: readonly Scope[];
  readonly leads?: readonly number[];
  readonly memberOf?: readonly number[];
}

const user = ({ userId, everywhere = [], leads = [], memberOf = leads }: Known): Principal => ({
  kind: 'user',
  userId,
  username: `user${userId}`,
  role: 'member',
  subjectIds: [userId, ...memberOf],
  isBound: false,
  leads: new Set(leads),
  everywhere: new Set(everywhere),
  scopes: new Set(SCOPES),
  tokenId: 1,
  expiresAt: null,
});

describe('who may see a namespace', () => {
  it.each<[string, Principal, number, Scope[], boolean[]]>([
    // caller                    principal                  owner     held               private internal public
    ['anonymous', ANONYMOUS, OWNER_ID, [], [false, false, true]],
    ['a stranger', user({ userId: 2 }), OWNER_ID, [], [false, true, true]],
    ['somebody bound to read it', user({ userId: 2 }), OWNER_ID, ['namespace:read'], [true, true, true]],
    ['somebody bound for something else', user({ userId: 2 }), OWNER_ID, ['image:read'], [false, true, true]],
    ['its owner', user({ userId: OWNER_ID }), OWNER_ID, [], [true, true, true]],
    ['who may read everywhere', user({ userId: 2, everywhere: ['namespace:read'] }), OWNER_ID, [], [true, true, true]],
    ['a member of the team that owns it', user({ userId: 2, memberOf: [TEAM_ID] }), TEAM_ID, [], [true, true, true]],
    ['a lead of the team that owns it', user({ userId: 2, leads: [TEAM_ID] }), TEAM_ID, [], [true, true, true]],
    ['a lead of another team', user({ userId: 2, leads: [TEAM_ID + 1] }), TEAM_ID, [], [false, true, true]],
  ])('%s', (_, principal, ownerId, held, expected) => {
    const seen = VISIBILITIES.map((visibility) => maySee(principal, 'namespace:read', { ownerId, visibility, held }));
    expect(seen).toEqual(expected);
  });
});
