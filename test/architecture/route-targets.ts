import type { RouteEntry } from '../../apps/api/src/reference/route-table.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage, unique } from '../support/builders.js';
import type { TestApi } from '../support/api.js';
import { passBootTest } from '../support/boot-tests.js';
import { idOfReference } from '../support/chutes-body.js';
import type { NativeClient } from '../support/native-client.js';
import { startBuild } from '../support/builds.js';
import { newEndedDownload } from '../support/downloads.js';
import { newApiKey, newHotkey } from '../support/hotkeys.js';
import { setQuota } from '../support/quotas.js';

/**
 * Makes what a route acts on, fresh and private, and answers a path of that route to it which an admin may call.
 * A new kind of path parameter has to be added here.
 */
export async function makeTarget(api: TestApi, { method, path }: RouteEntry): Promise<string> {
  const { admin } = api;
  if (path === '/access') return '/access?scope=image:read';
  if (path === '/images/:image/logs') return `/images/${(await newEndedDownload(admin)).image_id}/logs`;
  if (path === '/chutes/images/:id/logs')
    return `/chutes/images/${await chutesId(admin, (await newEndedDownload(admin)).image_id)}/logs`;
  if (path === '/chutes/images/*path')
    return `/chutes/images/${await chutesId(admin, (await pushImage(admin, `name=${unique('target')}`)).id)}`;
  if (path === '/images/:image/build') {
    return `/images/${(await startBuild(admin, { dockerfile: 'FROM scratch\nLABEL a=b\n' })).image_id}/build`;
  }
  if (!path.includes('/:')) return path;
  if (path === '/user/hotkeys/:id') return `/user/hotkeys/${(await newHotkey(admin, 'admin')).id}`;
  if (path === '/user/api-keys/:id') return `/user/api-keys/${await newApiKeyId(admin)}`;
  const [, resource = ''] = path.split('/');
  const values = (await MAKERS[resource]?.(admin)) ?? {};
  if (method === 'GET' && path.includes('/boot-test')) await passBootTest(api, Number(values[':image']));
  return path.replace(/[:*]\w+/g, (name) => values[name] ?? fail(path, name));
}

async function chutesId(admin: NativeClient, imageId: number): Promise<string> {
  const { body } = expectStatus(await admin.get(`/images/${imageId}`), 200);
  return idOfReference((body as { reference: string }).reference);
}

type Values = Readonly<Record<string, string>>;

const MAKERS: Readonly<Record<string, (admin: NativeClient) => Promise<Values>>> = {
  images: async (admin) => ({ ':image': String((await pushImage(admin, `name=${unique('target')}`)).id) }),
  // Of work that has ended: it can be retried, and its log does not go on.
  operations: async (admin) => ({ ':id': String((await newEndedDownload(admin)).id) }),
  n: makeTree,
  invites: async (admin) => {
    const owner = await newUser(admin);
    await newNamespace(owner, 'tree');
    return { ':id': await created(owner, `/n/${owner.username}/tree/-/invites`, { handle: 'admin' }) };
  },
  quotas: async (admin) => {
    const values = await makeTree(admin);
    const account = values[':owner'] ?? '';
    await setQuota(admin, `accounts/${account}`, { limit_images: 1 });
    await setQuota(admin, `namespaces/${account}/tree`, { limit_images: 1 });
    return { ...values, ':account': account, ':root': 'tree' };
  },
  // Of one scope, which whoever may rotate it has to hold too.
  tokens: async (admin) => ({ ':id': await created(admin, '/tokens', { name: 'target', scopes: ['token:write'] }) }),
  teams: async (admin) => {
    const [team, { username }] = [unique('team'), await newUser(admin)];
    await created(admin, '/teams', { name: team });
    expectStatus(await admin.call('PUT', `/teams/${team}/members/${username}`, { json: { role: 'member' } }), 200);
    return { ':team': team, ':username': username };
  },
  roles: async (admin) => ({
    ':id': await created(admin, '/roles', { name: unique('target'), scopes: ['role:read'] }),
  }),
  // Of a role with as many scopes as a token has that may only write roles.
  bindings: async (admin) => {
    const role = await created(admin, '/roles', { name: unique('target'), scopes: ['role:write'] });
    return { ':id': await created(admin, '/bindings', { role, subject: { user: (await newUser(admin)).username } }) };
  },
  users: async (admin) => ({ ':username': (await newUser(admin)).username }),
};

async function makeTree(admin: NativeClient): Promise<Values> {
  const [owner, guest] = [await newUser(admin), await newUser(admin)];
  await newNamespace(owner, 'tree');
  await collaborate(owner, 'tree', guest, 'reader');
  return { ':owner': owner.username, '*path': 'tree', ':handle': guest.username };
}

async function newApiKeyId(admin: NativeClient): Promise<number> {
  return (await newApiKey(admin, { name: unique('target'), admin: true })).id;
}

async function created(client: NativeClient, path: string, input: object): Promise<string> {
  return String((expectStatus(await client.post(path, input), 201).body as { id: number }).id);
}

function fail(path: string, name: string): never {
  throw new Error(`${path}: nothing makes a ${name} yet`);
}
