import { ANONYMOUS, type AuthenticatedPrincipal, type Scope, SCOPES } from '#kernel';
import { mayManageTeam, maySeeTeam } from './team.policy.js';

const [TEAM, PARENT] = [9, 8];

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

const team = (callerInParent = false): Parameters<typeof maySeeTeam>[1] => ({
  id: TEAM,
  parentId: PARENT,
  callerInParent,
});

describe('a team', () => {
  it('is seen by its own, by those of its parent, and by who reads teams everywhere', () => {
    expect(maySeeTeam(caller(), team())).toBe(false);
    expect(maySeeTeam(ANONYMOUS, team())).toBe(false);
    expect(maySeeTeam(caller({ subjectIds: [2, TEAM] }), team())).toBe(true);
    expect(maySeeTeam(caller({ subjectIds: [2, PARENT] }), team(true))).toBe(true);
    expect(maySeeTeam(caller({ everywhere: new Set<Scope>(['team:read']) }), team())).toBe(true);
  });

  it('is managed by its leads, by those of its parent, and by who writes teams everywhere', () => {
    const manages = (known: Partial<AuthenticatedPrincipal>): boolean =>
      mayManageTeam(caller(known), 'team:write', team());
    expect(manages({ subjectIds: [2, TEAM, PARENT] })).toBe(false);
    expect(manages({ leads: new Set([TEAM]) })).toBe(true);
    expect(manages({ leads: new Set([PARENT]) })).toBe(true);
    expect(manages({ everywhere: new Set<Scope>(['team:write']) })).toBe(true);
    expect(manages({ everywhere: new Set<Scope>(['team:read']) })).toBe(false);
    expect(mayManageTeam(ANONYMOUS, 'team:write', team())).toBe(false);
  });
});
