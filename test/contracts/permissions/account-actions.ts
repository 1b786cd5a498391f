import { expectStatus } from '../../support/builders.js';
import { NativeClient } from '../../support/native-client.js';
import { type GrantModel, type Spot, TEAM } from './grant-model.js';
import { type Action, mostly, pick, type Step } from './grant-step.js';
import type { GrantWorld, NarrowToken } from './grant-world.js';

const roleOf = ({ choice }: Step): 'lead' | 'member' => (choice % 2 === 0 ? 'lead' : 'member');

/** By an operator, who may put anybody into the team. */
const enrol: Action = async (world, step) => {
  const role = roleOf(step);
  const path = `/teams/${TEAM}/members/${world.nameOf(step.by)}`;
  expectStatus(await world.api.admin.call('PUT', path, { json: { role } }), 200);
  world.model.team.set(step.by, role);
  return 'operator';
};

const putMember: Action = async (world, step) => {
  const { model } = world;
  const [by, subject] = [mostly(leadsOf(model)[0], step), step.subject];
  if (subject === 'team') return by;
  const role = roleOf(step);
  const expected = afterPut(model, by, subject, role);
  const path = `/teams/${TEAM}/members/${world.nameOf(subject)}`;
  expectStatus(await world.client(by).call('PUT', path, { json: { role } }), expected);
  if (expected === 200) model.team.set(subject, role);
  return by;
};

function afterPut(model: GrantModel, by: number, subject: number, role: 'lead' | 'member'): number {
  if (model.disabled.has(by)) return 401;
  if (!model.team.has(by)) return 404;
  if (model.team.get(by) !== 'lead') return 403;
  return role === 'member' && isOnlyLead(model, subject) ? 409 : 200;
}

const removeMember: Action = async (world, step) => {
  const { model } = world;
  const [by, subject] = [mostly(leadsOf(model)[0], step), step.subject];
  if (subject === 'team') return by;
  const expected = afterRemove(model, by, subject);
  expectStatus(await world.client(by).delete(`/teams/${TEAM}/members/${world.nameOf(subject)}`), expected);
  if (expected === 204) model.team.delete(subject);
  return by;
};

function afterRemove(model: GrantModel, by: number, subject: number): number {
  if (model.disabled.has(by)) return 401;
  if (!model.team.has(by)) return 404;
  if (by !== subject && model.team.get(by) !== 'lead') return 403;
  if (!model.team.has(subject)) return 404;
  return isOnlyLead(model, subject) ? 409 : 204;
}

function leadsOf({ team }: GrantModel): number[] {
  return [...team].filter(([, role]) => role === 'lead').map(([lead]) => lead);
}

function isOnlyLead(model: GrantModel, member: number): boolean {
  const leads = leadsOf(model);
  return leads.length === 1 && leads[0] === member;
}

const disable: Action = async (world, { by }) => {
  expectStatus(await world.api.admin.patch(`/users/${world.nameOf(by)}`, { disabled: true }), 200);
  world.model.disabled.add(by);
  return 'operator';
};

const enable: Action = async (world, step) => {
  const by = pick(world.model.disabled, step.choice) ?? step.by;
  expectStatus(await world.api.admin.patch(`/users/${world.nameOf(by)}`, { disabled: false }), 200);
  world.model.disabled.delete(by);
  return 'operator';
};

/** A token of some scopes, mostly one's own; of scopes of images and namespaces only, pinned to what one sees. */
const mint: Action = async (world, { by, subject, scopes, spot, choice }) => {
  const { model } = world;
  const user = choice % 4 === 0 && subject !== 'team' ? subject : by;
  const pin = scopes.every((scope) => /^(image|namespace):/.test(scope)) ? spot : undefined;
  const expected = model.disabled.has(by) ? 401 : user !== by ? 403 : pin && !model.sees(by, pin) ? 400 : 201;
  const pins = pin && (pin.image ? { images: [world.imageId(pin.node)] } : { namespaces: [world.address(pin.node)] });
  const input = { name: 'narrow', scopes, user: world.nameOf(user), ...pins };
  const { body } = expectStatus(await world.client(by).post('/tokens', input), expected);
  if (expected === 201) {
    const client = new NativeClient(world.api.url, (body as { token: string }).token);
    world.tokens.push({ by, scopes, pin, client });
  }
  return by;
};

/** A token does what both it and its user may, where it is pinned to, and gives away nothing else. */
export async function checkToken(world: GrantWorld, { spot, choice, scopes: wanted }: Step): Promise<void> {
  const token = pick(world.tokens, choice);
  if (!token) return;
  const path = `/images/${world.imageId(spot.node)}`;
  const read = await token.client.get(path);
  const written = await token.client.patch(path, { description: 'seen' });
  const minted = await token.client.post('/tokens', { name: 'narrow', scopes: wanted });
  const dead = world.model.disabled.has(token.by);
  expect({ token, spot, statuses: [read.status, written.status, minted.status] }).toEqual({
    token,
    spot,
    statuses: dead ? [401, 401, 401] : [afterRead(world.model, token, spot), afterWrite(world.model, token, spot), 403],
  });
}

function afterRead(model: GrantModel, { by, scopes, pin }: NarrowToken, { node }: Spot): number {
  if (!scopes.includes('image:read')) return 403;
  return reaches(model, pin, { node, image: true }) && model.may(by, 'image:read', { node, image: true }) ? 200 : 404;
}

function afterWrite(model: GrantModel, { by, scopes, pin }: NarrowToken, { node }: Spot): number {
  const image = { node, image: true };
  if (!scopes.includes('image:write')) return 403;
  if (!reaches(model, pin, image) || !model.may(by, 'image:read', image)) return 404;
  return model.may(by, 'image:write', image) ? 200 : 403;
}

/** Also of a namespace that is gone since: what was in it is out of reach. */
function reaches(model: GrantModel, pin: Spot | undefined, spot: Spot): boolean {
  return pin === undefined || (model.exists(pin) && model.covers(pin, spot));
}

/** On the team, users and tokens. */
export const ACCOUNT_ACTIONS = { enrol, putMember, removeMember, disable, enable, mint } as const;
