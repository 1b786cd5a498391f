import { expectStatus, newNamespace, newUser, type TestUser, unique } from './builders.js';
import { startDownload, type StartedOperation } from './downloads.js';
import { NativeClient } from './native-client.js';
import { NOWHERE } from './operation-body.js';
import { newMember, newTeam } from './teams.js';

/** An operation on an image in a namespace of somebody's, and those who come to it. */
export interface Scene {
  readonly admin: NativeClient;
  readonly owner: TestUser;
  /** Of the owner's. */
  readonly namespace: string;
  readonly operation: StartedOperation;
}

/** A new user's root namespace, and in it an image that waits for its bytes. */
export async function newScene(admin: NativeClient, visibility = 'private'): Promise<Scene> {
  const [owner, namespace] = [await newUser(admin), unique('tree')];
  await newNamespace(owner, namespace, visibility);
  return { admin, owner, namespace, operation: await startDownload(owner, NOWHERE, { namespace }) };
}

type Caller = (scene: Scene) => Promise<NativeClient>;

const stranger: Caller = ({ admin }) => newUser(admin);

/** Somebody with a role on the namespace, or on the image alone. */
function bound(role: string, on: 'namespace' | 'image'): Caller {
  return async ({ admin, owner, namespace, operation }) => {
    const user = await newUser(admin);
    const target = on === 'namespace' ? { namespace } : { image: operation.image_id };
    expectStatus(await owner.post('/bindings', { role, subject: { user: user.username }, ...target }), 201);
    return user;
  };
}

/** Somebody with a role of one scope on the namespace. */
function scoped(scope: string): Caller {
  return async (scene) => {
    const name = unique('role');
    expectStatus(await scene.admin.post('/roles', { name, scopes: [scope] }), 201);
    const user = await newUser(scene.admin);
    const binding = {
      role: name,
      subject: { user: user.username },
      namespace: `${scene.namespace}@${scene.owner.username}`,
    };
    expectStatus(await scene.admin.post('/bindings', binding), 201);
    return user;
  };
}

/** The owner, with a token that reaches no further than told. */
function pinned(where: (scene: Scene) => Promise<object> | object): Caller {
  return async (scene) => {
    const { owner } = scene;
    const scopes = ['image:read', 'image:write', 'operation:read', 'operation:write'];
    const minted = await owner.post('/tokens', { name: 'test', scopes, ...(await where(scene)) });
    return new NativeClient(owner.url, (expectStatus(minted, 201).body as { token: string }).token);
  };
}

const elsewhere = async ({ owner }: Scene): Promise<object> => {
  const name = unique('elsewhere');
  await newNamespace(owner, name);
  return { namespaces: [name] };
};

export const MANAGERS: readonly (readonly [string, Caller])[] = [
  ['its owner', ({ owner }) => Promise.resolve(owner)],
  ['a writer of the namespace', bound('writer', 'namespace')],
  ['a writer of the image', bound('writer', 'image')],
  ['a token that is pinned to the namespace', pinned(({ namespace }) => ({ namespaces: [namespace] }))],
  ['a token that is pinned to the image', pinned(({ operation }) => ({ images: [operation.image_id] }))],
  ['an admin', ({ admin }) => Promise.resolve(admin)],
];

export const READERS: readonly (readonly [string, Caller])[] = [
  ['a reader of the namespace', bound('reader', 'namespace')],
  ['a reader of the image', bound('reader', 'image')],
  ['somebody with no more than image:read', scoped('image:read')],
];

export const STRANGERS: readonly (readonly [string, Caller])[] = [
  ['a stranger', stranger],
  ['somebody who only sees the namespace', scoped('namespace:read')],
  ['a token that is pinned elsewhere', pinned(elsewhere)],
];

/** As `newScene`, of a team's; with a member and a lead of it. */
export async function newTeamScene(admin: NativeClient): Promise<Scene & { member: TestUser; lead: TestUser }> {
  const [team, namespace] = [await newTeam(admin), unique('tree')];
  const lead = await newMember(admin, team, 'lead');
  const member = await newMember(admin, team, 'member');
  expectStatus(await lead.post('/namespaces', { name: namespace, owner: team }), 201);
  const operation = await startDownload(lead, NOWHERE, { namespace: `${namespace}@${team}` });
  return { admin, owner: lead, namespace, operation, member, lead };
}
