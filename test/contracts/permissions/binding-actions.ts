import { expectStatus } from '../../support/builders.js';
import type { Answer } from '../../support/native-client.js';
import { type GrantModel, type ModelGrant, ROOT, type Spot } from './grant-model.js';
import { type Action, pick, type Step } from './grant-step.js';
import { type GrantWorld, type MadeBinding, sameGrant } from './grant-world.js';

const bind: Action = async (world, step) => {
  const { by, subject, role, spot, end } = step;
  const expected = afterBind(world.model, step);
  const target = spot.image ? { image: world.imageId(spot.node) } : { namespace: world.address(spot.node) };
  const input = {
    role,
    subject: subject === 'team' ? { team: world.nameOf(subject) } : { user: world.nameOf(subject) },
    ...target,
    ...(end === 'never' && { expires_at: null }),
    ...(end === 'hour' && { expires_in: 3600 }),
  };
  const answer = expectStatus(await world.client(by).post('/bindings', input), expected);
  if (expected !== 201) return by;
  const made = answer.body as MadeBinding;
  expect(endOf(made)).toEqual(end === 'hour' ? expect.any(Number) : world.model.limit(by, world.model.of(role), spot));
  world.noteGrant(subject, role, spot, made);
  return by;
};

function afterBind(model: GrantModel, { by, subject, role, spot, end }: Step): number {
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, spot)) return 404;
  if (spot.image && model.image(spot.node).node === undefined) return 404; // the tree's roles are not for what has left it
  if (!model.mayAll(by, ['role:write', ...model.of(role)], spot)) return 403;
  if (end !== 'unsaid' && model.limit(by, model.of(role), spot) !== null) return 403;
  const isSame = (grant: ModelGrant): boolean => sameGrant(grant, { subject, role, on: spot });
  return [...model.grants].some((grant) => !grant.expired && isSame(grant)) ? 409 : 201;
}

const unbind: Action = async (world, { by, choice }) => {
  const { model } = world;
  const grant = pick(model.grants, choice);
  if (!grant) return by;
  const expected = afterUnbind(model, by, grant);
  expectStatus(await world.client(by).delete(`/bindings/${grant.id}`), expected);
  if (expected === 204) model.grants.delete(grant);
  return by;
};

function afterUnbind(model: GrantModel, by: number, { on, subject }: ModelGrant): number {
  if (model.disabled.has(by)) return 401;
  if (model.may(by, 'role:delete', on)) return 204;
  return model.is(by, subject) ? 403 : 404;
}

/** Makes a grant's binding one for an hour, or for good again. */
const prolong: Action = async (world, { by, choice, end }) => {
  const { model } = world;
  const grant = pick(model.grants, choice);
  if (!grant || end === 'unsaid') return by;
  const expected = afterProlong(model, by, grant);
  const input = end === 'hour' ? { expires_in: 3600 } : { expires_at: null };
  const answer = expectStatus(await world.client(by).patch(`/bindings/${grant.id}`, input), expected);
  if (expected === 200) world.noteGrant(grant.subject, grant.role, grant.on, answer.body as MadeBinding);
  return by;
};

function afterProlong(model: GrantModel, by: number, { on, subject, role }: ModelGrant): number {
  if (model.disabled.has(by)) return 401;
  if (!model.may(by, 'role:write', on)) return model.is(by, subject) ? 403 : 404;
  return model.mayAll(by, model.of(role), on) && model.limit(by, model.of(role), on) === null ? 200 : 403;
}

/** Lets the hour of a binding be over. */
const expire: Action = async ({ model, database }, { choice }) => {
  const grant = pick(
    [...model.grants].filter(({ until }) => until !== null),
    choice,
  );
  if (!grant) return 'operator';
  await database.query('UPDATE bindings SET expires_at = now() WHERE id = $1', [grant.id]);
  grant.expired = true;
  return 'operator';
};

const edit: Action = async (world, step) => {
  const { by, role, scopes } = step;
  const known = world.roles.get(role);
  const expected = afterEdit(world, step);
  const answer: Answer = await world.client(by).patch(`/roles/${known?.id}`, { scopes, version: known?.version });
  expectStatus(answer, expected);
  if (expected === 200) world.noteRole(role, scopes, answer);
  return by;
};

function afterEdit({ model }: GrantWorld, { by, role, scopes }: Step): number {
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, ROOT)) return 404;
  if (!model.may(by, 'role:write', ROOT)) return 403;
  const added = scopes.filter((scope) => !model.of(role).includes(scope));
  if (added.length === 0) return 200;
  if (!model.mayAll(by, added, ROOT)) return 403;
  const limit = model.limit(by, added, ROOT) ?? Infinity;
  const bound = [...model.grants].filter((grant) => grant.role === role && !grant.expired);
  return bound.some(({ on, until }) => isOutside(model, on) || (until ?? Infinity) > limit) ? 409 : 200;
}

function isOutside(model: GrantModel, { image, node }: Spot): boolean {
  return image && model.image(node).node === undefined;
}

const endOf = ({ expires_at: end }: MadeBinding): number | null => (end === null ? null : Date.parse(end));

/** On roles and bindings. */
export const BINDING_ACTIONS = { bind, unbind, prolong, expire, edit } as const;
