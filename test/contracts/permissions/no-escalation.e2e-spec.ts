import fc from 'fast-check';
import { ACCOUNT_ACTIONS, checkToken } from './account-actions.js';
import { BINDING_ACTIONS } from './binding-actions.js';
import { type GrantModel, MEMBERS, NODES, type Right, SPOTS } from './grant-model.js';
import { type Grantor, SCOPE_LISTS, STEP, type Step } from './grant-step.js';
import { GrantWorld } from './grant-world.js';
import { HANDOVER_ACTIONS } from './handover-actions.js';
import { checkInvites, INVITE_ACTIONS } from './invite-actions.js';

const ACTIONS = { ...BINDING_ACTIONS, ...INVITE_ACTIONS, ...HANDOVER_ACTIONS, ...ACCOUNT_ACTIONS } as const;
type ActionName = keyof typeof ACTIONS;

/** What gives rights comes more often than what takes them, or there would be nothing to look at. */
const OFTEN: readonly ActionName[] = [
  'bind',
  'bind',
  'bind',
  'bind',
  'edit',
  'invite',
  'accept',
  'accept',
  'enrol',
  'mint',
  'enable',
];
const NAMES = [...(Object.keys(ACTIONS) as ActionName[]), ...OFTEN];

type NamedStep = readonly [name: ActionName, step: Step];

const WORLD = fc.tuple(
  fc.array(SCOPE_LISTS, { minLength: 3, maxLength: 3 }),
  fc.array(fc.tuple(fc.constantFrom(...NAMES), STEP), { minLength: 30, maxLength: 60, size: 'max' }),
);

/** One after each step; over many steps that is all of them after everything. */
const CHECKS: readonly ((world: GrantWorld, step: Step) => Promise<void>)[] = [
  (world, { to }) => world.checkImage(to),
  (world, { subject, by, scopes: [right = 'image:read'], spot }) =>
    world.checkExplanation(subject === 'team' ? by : subject, right, spot),
  (world, { by }) => checkInvites(world, by),
  checkToken,
];

/** As many worlds as there is time for. */
const TIME_MS = 20_000;

describe('whatever users grant, take back, change, hand over and mint', () => {
  let world: GrantWorld;
  beforeAll(async () => {
    world = await GrantWorld.open();
  });
  afterAll(() => world.api.close());

  it('nobody gets what who gave it did not hold, and all is as a plain model of the rules says', async () => {
    const endMs = performance.now() + TIME_MS;
    let worlds = 0;
    await fc.assert(
      fc.asyncProperty(WORLD, async ([scopes, steps]) => {
        // It ends by itself: a world that fast-check gives up would go on while the api closes.
        if (performance.now() > endMs) return;
        worlds += 1;
        await world.startAfresh(scopes);
        for (const step of steps) await take(step);
        await Promise.all(NODES.map((node) => world.checkImage(node)));
      }),
      { numRuns: 200, endOnFailure: true },
    );
    expect(worlds).toBeGreaterThan(0);
  }, 60_000);

  async function take([name, step]: NamedStep): Promise<void> {
    const before = holdings(world.model);
    const grantor = await ACTIONS[name](world, step);
    assertNoEscalation(name, grantor, before, holdings(world.model));
    await CHECKS[step.choice % CHECKS.length]?.(world, step);
  }
});

/** All that everybody holds, as words that say who, what and where. */
function holdings(model: GrantModel): ReadonlySet<string> {
  return new Set(
    MEMBERS.flatMap((_, member) =>
      SPOTS.filter((spot) => model.exists(spot)).flatMap((spot) =>
        [...model.rights(member, spot)].map((right) => holding(member, right, spot)),
      ),
    ),
  );
}

function holding(member: number, right: Right, { node, image }: (typeof SPOTS)[number]): string {
  return `${member} ${right} ${image ? 'image' : 'namespace'} ${node}`;
}

/** What anybody holds after a step and did not hold before, who gave it held there before. */
function assertNoEscalation(
  name: ActionName,
  grantor: Grantor,
  before: ReadonlySet<string>,
  after: ReadonlySet<string>,
): void {
  if (grantor === 'operator') return;
  const given = [...after].filter((one) => !before.has(one));
  const excess = given.filter((one) => !before.has(`${grantor}${one.slice(one.indexOf(' '))}`));
  expect({ name, grantor, excess }).toEqual({ name, grantor, excess: [] });
}
