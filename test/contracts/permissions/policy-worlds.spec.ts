import fc from 'fast-check';
import type { AuthenticatedPrincipal, Pins, Scope } from '#kernel';
import { holds, may, notHeldOf, owns, type Standing } from '#domain/permissions';
import { type Account, GrantModel, NODES, type NodePath, RIGHTS, type Right, type Spot, SPOTS } from './grant-model.js';
import { SCOPE_LISTS } from './grant-step.js';

const MEMBERS = [0, 1, 2, 3] as const;
const WORLDS = 3000;

const ACCOUNT: fc.Arbitrary<Account> = fc.constantFrom(...MEMBERS, 'team' as const);
const SPOT: fc.Arbitrary<Spot> = fc.constantFrom(...SPOTS);

/** Who owns and holds what, and a token of each member's. */
const WORLD = fc.record({
  treeOwner: ACCOUNT,
  team: fc.array(fc.tuple(fc.constantFrom(...MEMBERS), fc.constantFrom('lead' as const, 'member' as const))),
  taken: fc.array(fc.tuple(fc.constantFrom(...NODES), ACCOUNT), { maxLength: 2 }),
  roles: fc.array(SCOPE_LISTS, { minLength: 3, maxLength: 3 }),
  grants: fc.array(fc.record({ subject: ACCOUNT, role: fc.nat(2), on: SPOT, expired: fc.boolean() }), { maxLength: 8 }),
  tokens: fc.array(fc.record({ scopes: SCOPE_LISTS, pin: fc.option(SPOT, { nil: undefined }) }), {
    minLength: MEMBERS.length,
    maxLength: MEMBERS.length,
  }),
});
type World = typeof WORLD extends fc.Arbitrary<infer Value> ? Value : never;

/** The policy asks with numbers; a member's is theirs plus one. */
const idOf = (account: Account): number => (account === 'team' ? 100 : account + 1);
const namespaceId = (node: NodePath): number => 200 + NODES.indexOf(node);
const imageId = (node: NodePath): number => 300 + NODES.indexOf(node);

describe('the policy, in worlds made at random', () => {
  const run = (check: (model: GrantModel, world: World) => void): void => {
    fc.assert(
      fc.property(WORLD, (world) => check(modelOf(world), world)),
      { numRuns: WORLDS },
    );
  };

  it('lets users do what the model says they may, and nothing else', () => {
    run((model) => {
      for (const [member, right, spot] of questions()) {
        const answer = may(principalOf(model, member), right, standingOf(model, member, spot));
        expectSame(answer, model.may(member, right, spot), member, right, spot);
      }
    });
  });

  it('gives a token what its user has, of its scopes and where it is pinned', () => {
    run((model, { tokens }) => {
      for (const [member, right, spot] of questions()) {
        const { scopes = [], pin } = tokens[member] ?? {};
        const answer = holds(principalOf(model, member, scopes, pin), right, standingOf(model, member, spot));
        const reached = pin === undefined || model.covers(pin, spot);
        expectSame(answer, reached && scopes.includes(right) && model.may(member, right, spot), member, right, spot);
      }
    });
  });

  it('finds of a role all that its giver does not hold there', () => {
    run((model, { roles, tokens }) => {
      for (const member of MEMBERS) {
        for (const spot of SPOTS) {
          const { scopes = [] } = tokens[member] ?? {};
          const role = roles[member % roles.length] ?? [];
          const missing = notHeldOf(principalOf(model, member, scopes), role, standingOf(model, member, spot));
          const lacked = role.filter((right) => !scopes.includes(right) || !model.may(member, right, spot));
          expectSame(missing.join(), lacked.join(), member, spot);
        }
      }
    });
  });

  it('takes nobody for an owner but who is, and no pinned token', () => {
    run((model, { treeOwner, tokens }) => {
      for (const member of MEMBERS) {
        const { pin } = tokens[member] ?? {};
        const answer = owns(principalOf(model, member, RIGHTS, pin), idOf(treeOwner));
        expectSame(answer, pin === undefined && model.owns(member, treeOwner), member, treeOwner);
      }
    });
  });
});

function questions(): [number, Right, Spot][] {
  return MEMBERS.flatMap((member) =>
    RIGHTS.flatMap((right) => SPOTS.map((spot): [number, Right, Spot] => [member, right, spot])),
  );
}

/** `expect` costs too much for as many answers. */
function expectSame<Answer>(answer: Answer, expected: Answer, ...about: unknown[]): void {
  if (answer !== expected)
    throw new Error(`${JSON.stringify(about)} is ${String(answer)}, and should be ${String(expected)}`);
}

function modelOf({ treeOwner, team, taken, roles, grants }: World): GrantModel {
  const model = new GrantModel(treeOwner);
  for (const [member, role] of team) model.team.set(member, role);
  for (const [node, owner] of taken) model.images.set(node, { owner, node: undefined });
  for (const [index, scopes] of roles.entries()) model.roles.set(String(index), scopes);
  for (const [id, { role, ...grant }] of grants.entries()) {
    model.grants.add({ ...grant, id, role: String(role), until: grant.expired ? 0 : null });
  }
  return model;
}

function principalOf(
  { team }: GrantModel,
  member: number,
  scopes: readonly Scope[] = RIGHTS,
  pin?: Spot,
): AuthenticatedPrincipal {
  return {
    kind: 'user',
    userId: idOf(member),
    username: `user${member}`,
    role: 'member',
    subjectIds: [idOf(member), ...(team.has(member) ? [idOf('team')] : [])],
    isBound: true,
    leads: new Set(team.get(member) === 'lead' ? [idOf('team')] : []),
    everywhere: new Set(),
    scopes: new Set(scopes),
    tokenId: 0,
    expiresAt: null,
    pins: pin && pinsOf(pin),
  };
}

function pinsOf({ node, image }: Spot): Pins {
  return image ? { namespaceIds: [], imageIds: [imageId(node)] } : { namespaceIds: [namespaceId(node)], imageIds: [] };
}

/** What the database would tell of a spot: whose it is, where it is, and what is bound there for a member. */
function standingOf(model: GrantModel, member: number, spot: Spot): Standing {
  const live = [...model.grants].filter(({ subject, expired }) => !expired && model.is(member, subject));
  const held = live.filter(({ on }) => model.covers(on, spot)).flatMap(({ role }) => model.of(role));
  return { ownerId: idOf(model.ownerOf(spot)), held, at: placeOf(model, spot) };
}

function placeOf(model: GrantModel, { node, image }: Spot): NonNullable<Standing['at']> {
  const inside = image ? model.image(node).node : node;
  const lineage = NODES.filter((above) => inside !== undefined && `${inside}/`.startsWith(`${above}/`));
  return { lineage: lineage.map(namespaceId), ...(image && { imageId: imageId(node) }) };
}
