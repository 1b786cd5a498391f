import { expectStatus } from '../../support/builders.js';
import { type GrantModel, MEMBERS, OFFERS, type ModelGrant, type ModelInvite, ROOT } from './grant-model.js';
import { type Action, mostly, pick, type Step } from './grant-step.js';
import type { GrantWorld } from './grant-world.js';

const invite: Action = async (world, step) => {
  const { subject, offer } = step;
  const { model } = world;
  const by = mostly(model.treeOwner, step);
  if (subject === 'team') return by;
  const expected = afterInvite(model, { ...step, by }, subject);
  const input = { handle: world.nameOf(subject), role: offer };
  const answer = expectStatus(await world.client(by).post(`${world.path('root')}/-/invites`, input), expected);
  if (expected !== 201) return by;
  for (const before of invitesTo(model, subject)) model.invites.delete(before); // void, or it would have been in the way
  model.invites.add({ id: (answer.body as { id: number }).id, by, to: subject, role: offer });
  return by;
};

function afterInvite(model: GrantModel, { by, offer }: Step, to: number): number {
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, ROOT)) return 404;
  if (!model.mayOffer(by, offer)) return 403;
  if (to === model.treeOwner || collaborationsOf(model, to).length > 0) return 400;
  return invitesTo(model, to).some((one) => model.isGood(one)) ? 400 : 201;
}

const accept: Action = async (world, step) => {
  const { model } = world;
  const found = pick(model.invites, step.choice);
  const by = mostly(found?.to, step);
  if (!found) return by;
  const expected = afterAccept(model, by, found);
  expectStatus(await world.client(by).patch(`/invites/${found.id}`, {}), expected);
  if (expected !== 200) return by;
  model.invites.delete(found);
  for (const grant of collaborationsOf(model, by)) model.grants.delete(grant);
  await world.noteCollaboration(by, found.role, ROOT);
  return found.by;
};

function afterAccept(model: GrantModel, by: number, found: ModelInvite): number {
  if (model.disabled.has(by)) return 401;
  if (found.to !== by) return 404;
  return model.isGood(found) ? 200 : 409;
}

/** By whom it was for, or by who may take it back. */
const decline: Action = async (world, { by, choice }) => {
  const { model } = world;
  const found = pick(model.invites, choice);
  if (!found) return by;
  const mine = found.to === by || (model.sees(by, ROOT) && model.may(by, 'invite:delete', ROOT));
  const expected = model.disabled.has(by) ? 401 : mine ? 204 : 404;
  expectStatus(await world.client(by).delete(`/invites/${found.id}`), expected);
  if (expected === 204) model.invites.delete(found);
  return by;
};

const removeCollaborator: Action = async (world, { by, subject: named, choice }) => {
  const { model } = world;
  const collaborators = MEMBERS.map((_, member) => member).filter((one) => collaborationsOf(model, one).length > 0);
  const subject = pick(collaborators, choice) ?? named;
  const removed = collaborationsOf(model, subject);
  const expected = afterRemoval(model, by, removed);
  const path = `${world.path('root')}/-/collaborators/${world.nameOf(subject)}`;
  expectStatus(await world.client(by).delete(path), expected);
  if (expected === 204) for (const grant of removed) model.grants.delete(grant);
  return by;
};

function afterRemoval(model: GrantModel, by: number, removed: readonly ModelGrant[]): number {
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, ROOT)) return 404;
  if (!model.may(by, 'invite:delete', ROOT)) return 403;
  return removed.length > 0 ? 204 : 400;
}

/** Lists of invites must show those to a user that are open. */
export async function checkInvites(world: GrantWorld, by: number): Promise<void> {
  if (world.model.disabled.has(by)) return;
  const { body } = await world.client(by).get('/invites');
  const ids = (body as { id: number }[]).map(({ id }) => id);
  expect({ by, ids }).toEqual({ by, ids: invitesTo(world.model, by).map(({ id }) => id) });
}

function invitesTo(model: GrantModel, member: number): ModelInvite[] {
  return [...model.invites].filter(({ to }) => to === member);
}

/** What made somebody a collaborator: a role of invites, on the root, for good. */
function collaborationsOf(model: GrantModel, account: ModelGrant['subject']): ModelGrant[] {
  const offers: readonly string[] = OFFERS;
  return [...model.grants].filter(
    ({ subject, role, until }) => subject === account && offers.includes(role) && until === null,
  );
}

/** On invites and collaborators. */
export const INVITE_ACTIONS = { invite, accept, decline, removeCollaborator } as const;
