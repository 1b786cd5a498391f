import fc from 'fast-check';
import {
  type Account,
  MEMBERS,
  NODES,
  type NodePath,
  type Offer,
  OFFERS,
  OWNER,
  type Right,
  RIGHTS,
  ROLES,
  type Spot,
} from './grant-model.js';
import type { GrantWorld } from './grant-world.js';

/** What somebody tries; each kind of action reads what it needs of it. */
export interface Step {
  readonly by: number;
  readonly subject: Account;
  readonly spot: Spot;
  readonly to: NodePath;
  readonly role: string;
  readonly offer: Offer;
  readonly scopes: readonly Right[];
  /** Whether a binding's end is asked for: not at all, never, or in an hour. */
  readonly end: 'unsaid' | 'never' | 'hour';
  /** Picks one of what there is. */
  readonly choice: number;
}

/** Whose rights bound what others got by an action; an operator's are without bounds. */
export type Grantor = number | 'operator';

/** Tries something, compares the answer with what the model expects, and changes the model as the rules say. */
export type Action = (world: GrantWorld, step: Step) => Promise<Grantor>;

/** Some scopes; all of them often enough that much is allowed. */
export const SCOPE_LISTS: fc.Arbitrary<readonly Right[]> = fc.oneof(
  fc.uniqueArray(fc.constantFrom(...RIGHTS), { minLength: 1 }),
  fc.constant(RIGHTS),
);

const MEMBER = fc.nat(MEMBERS.length - 1);

export const STEP: fc.Arbitrary<Step> = fc.record({
  by: fc.oneof(MEMBER, fc.constant(OWNER)),
  subject: fc.oneof({ weight: 4, arbitrary: MEMBER }, { weight: 1, arbitrary: fc.constant('team' as const) }),
  spot: fc.record({ node: fc.constantFrom(...NODES), image: fc.boolean() }),
  to: fc.constantFrom(...NODES),
  role: fc.constantFrom(...ROLES),
  offer: fc.constantFrom(...OFFERS),
  scopes: SCOPE_LISTS,
  end: fc.constantFrom('unsaid', 'unsaid', 'never', 'hour'),
  choice: fc.nat(50),
});

/** Mostly who can do a thing, else whoever tries; the owner can do most. */
export function mostly(able: Account | undefined, { by, choice }: Step): number {
  return typeof able === 'number' && choice % 4 > 0 ? able : by;
}

/** One of several, always the same for the same `choice`; undefined where there is none. */
export function pick<T>(all: Iterable<T>, choice: number): T | undefined {
  const list = [...all];
  return list[choice % Math.max(list.length, 1)];
}
