import { ANONYMOUS, type AuthenticatedPrincipal, type Scope, SCOPES } from '#kernel';
import { may } from './access.policy.js';

const OWNER_ID = 1;
const TEAM_ID = 9;

const caller = (known: Partial<AuthenticatedPrincipal> = {}): AuthenticatedPrincipal => ({
  kind: 'user',
  userId: 2,
  username: 'caller',
  role: 'member',
  subjectIds: [2],
  isBound: false,
  leads: new Set(),
  everywhere: new Set(),
  scopes: new Set(SCOPES),
  tokenId: 1,
  expiresAt: null,
  ...known,
});

const rights = (principal: Parameters<typeof may>[0], ownerId: number, held: Scope[] = []): Scope[] =>
  SCOPES.filter((scope) => may(principal, scope, { ownerId, held }));

describe('may', () => {
  it('gives nothing to the anonymous, whatever is held', () => {
    expect(rights(ANONYMOUS, OWNER_ID, ['image:read'])).toEqual([]);
  });

  it('gives a stranger nothing, and exactly what bindings give', () => {
    expect(rights(caller(), OWNER_ID)).toEqual([]);
    expect(rights(caller(), OWNER_ID, ['image:delete', 'role:read'])).toEqual(['image:delete', 'role:read']);
  });

  it('lets who may read an image see the work on it, and who may change it manage that, and build', () => {
    expect(rights(caller(), OWNER_ID, ['image:read'])).toEqual(['image:read', 'operation:read']);
    expect(rights(caller(), OWNER_ID, ['image:write'])).toEqual(['image:write', 'image:build', 'operation:write']);
    expect(rights(caller(), OWNER_ID, ['operation:read'])).toEqual([]);
  });

  it('gives the owner, and the leads of an owning team, everything', () => {
    expect(rights(caller(), 2)).toEqual(SCOPES);
    expect(rights(caller({ subjectIds: [2, TEAM_ID], leads: new Set([TEAM_ID]) }), TEAM_ID)).toEqual(SCOPES);
  });

  it('lets members of the owning team read and push, and neither delete nor share', () => {
    expect(rights(caller({ subjectIds: [2, TEAM_ID] }), TEAM_ID)).toEqual([
      'image:read',
      'image:write',
      'image:build',
      'namespace:read',
      'team:read',
      'quota:read',
      'operation:read',
      'operation:write',
    ]);
  });

  it('gives everywhere what is held everywhere', () => {
    expect(rights(caller({ everywhere: new Set<Scope>(['audit:read']) }), OWNER_ID)).toEqual(['audit:read']);
  });
});
