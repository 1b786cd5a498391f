import { expectStatus } from '../../support/builders.js';
import { type Account, type GrantModel, MEMBERS, NODES, ROOT, type Spot } from './grant-model.js';
import { type Action, mostly, type Step } from './grant-step.js';

const transferTree: Action = async (world, step) => {
  const { model } = world;
  const [by, to] = [mostly(ownerIn(model, ROOT), step), receiverOf(step)];
  const expected = afterTransfer(model, by, to, ROOT);
  const answer = await world.client(by).post(`${world.path('root')}/-/transfer`, { to: world.nameOf(to) });
  if (expected !== 'given') {
    expectStatus(answer, expected);
    return by;
  }
  model.treeOwner = to;
  for (const image of model.images.values()) if (image.node !== undefined) image.owner = to;
  for (const invite of model.invites) if (!model.isGood(invite)) model.invites.delete(invite);
  expectStatus(answer, model.sees(by, ROOT) ? 200 : 204);
  return by;
};

const transferImage: Action = async (world, step) => {
  const { model } = world;
  const { node } = step.spot;
  const spot = { node, image: true };
  const [by, to] = [mostly(ownerIn(model, spot), step), receiverOf(step)];
  const expected = afterTransfer(model, by, to, spot);
  const answer = await world.client(by).post(`/images/${world.imageId(node)}/transfer`, { to: world.nameOf(to) });
  if (expected !== 'given') {
    expectStatus(answer, expected);
    return by;
  }
  model.images.set(node, { owner: to, node: undefined });
  expectStatus(answer, model.sees(by, spot) ? 200 : 204);
  return by;
};

/** Who may transfer it: its owner, or a lead of the team that is. */
function ownerIn(model: GrantModel, spot: Spot): number | undefined {
  return MEMBERS.map((_, member) => member).find((member) => model.owns(member, model.ownerOf(spot)));
}

/** Often the team: it is what most may give to. */
const receiverOf = ({ subject, role }: Step): Account => (role === 'one' ? 'team' : subject);

function afterTransfer(model: GrantModel, by: number, to: Account, spot: Spot): number | 'given' {
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, spot)) return 404;
  if (!model.owns(by, model.ownerOf(spot))) return 403;
  if (!model.is(by, to)) return to === 'team' ? 400 : 403;
  return to === model.ownerOf(spot) ? 400 : 'given';
}

const deleteNamespace: Action = async (world, { by, spot: { node } }) => {
  const { model } = world;
  if (node === 'root') return by;
  const expected = afterDelete(model, by, { node, image: false });
  expectStatus(await world.client(by).delete(world.path(node)), expected);
  if (expected !== 204) return by;
  const gone = NODES.filter((other) => `${other}/`.startsWith(`${node}/`));
  for (const image of model.images.values()) if (image.node && gone.includes(image.node)) image.node = undefined;
  for (const grant of model.grants) if (!grant.on.image && gone.includes(grant.on.node)) model.grants.delete(grant);
  for (const other of gone) model.nodes.delete(other);
  return by;
};

function afterDelete(model: GrantModel, by: number, spot: Spot): number {
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, spot)) return 404;
  return model.may(by, 'namespace:delete', spot) ? 204 : 403;
}

/** Takes an image to another namespace of its tree. */
const moveImage: Action = async (world, step) => {
  const { by, spot, to } = step;
  const { model } = world;
  const image = model.image(spot.node);
  if (image.node === undefined || !model.nodes.has(to)) return by;
  const expected = afterMove(model, step);
  const answer = await world.client(by).patch(`/images/${world.imageId(spot.node)}`, { namespace: world.address(to) });
  if (expected !== 'moved') {
    expectStatus(answer, expected);
    return by;
  }
  image.node = to;
  expectStatus(answer, model.may(by, 'image:read', { ...spot, image: true }) ? 200 : 404);
  return by;
};

function afterMove(model: GrantModel, { by, spot, to }: Step): number | 'moved' {
  const [image, target] = [
    { ...spot, image: true },
    { node: to, image: false },
  ];
  if (model.disabled.has(by)) return 401;
  if (!model.sees(by, image)) return 404;
  if (!model.may(by, 'image:write', image)) return 403;
  if (!model.sees(by, target)) return 400;
  if (!model.may(by, 'image:write', target)) return 403;
  // Whoever has a role where it goes gets that on the image, too.
  const arriving = [...model.grants].filter(
    ({ on, expired }) => !expired && !on.image && model.covers(on, target) && !model.covers(on, image),
  );
  return arriving.every(({ role }) => model.mayAll(by, model.of(role), image)) ? 'moved' : 403;
}

/** On who owns what, and where it is. */
export const HANDOVER_ACTIONS = { transferTree, transferImage, deleteNamespace, moveImage } as const;
