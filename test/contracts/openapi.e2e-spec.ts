import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenAPIObject, RequestBodyObject } from '@nestjs/swagger';
import { SCOPES } from '#kernel';
import { EXAMPLE_BASE } from '../../apps/api/src/dialects/native/native.examples.js';
import { operationsOf } from '../../apps/api/src/openapi/operations-of.js';
import { exampleUrl } from '../../apps/api/src/openapi/page/curl-line.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { collaborate, mintToken } from '../support/builders.js';
import { type Answer, NativeClient } from '../support/native-client.js';
import { OpenApiContract } from '../support/openapi-contract.js';

type Person = NativeClient & { readonly username: string };

/** What to send other than the document's own examples. `path` stands for path and query. */
interface Deviation {
  readonly path?: string;
  readonly json?: unknown;
  readonly raw?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
}

const ROOT = join(import.meta.dirname, '../..');
const committed = await readFile(join(ROOT, 'docs/reference/openapi.json'), 'utf8');
const document = JSON.parse(committed) as OpenAPIObject;
const contract = new OpenApiContract(document);

let api: TestApi;
let admin: NativeClient;
let alice: Person;
let bob: Person;
let carol: Person;
let tiny: Buffer;

/** Calls an operation, as its examples have it where nothing else is said, and holds the answer against its description. */
async function call(
  caller: NativeClient,
  id: string,
  { path, json, raw, headers = {} }: Deviation = {},
): Promise<Answer> {
  const described = contract.operation(id);
  const body = json ?? (raw ? undefined : jsonExample(id));
  const answer = await caller.call(described.method.toUpperCase(), path ?? exampleUrl(described), {
    ...(body === undefined ? {} : { json: body }),
    ...(raw ? { raw } : {}),
    headers,
  });
  expect({ id, status: answer.status, problems: contract.problems(id, answer) }).toEqual({
    id,
    status: answer.status,
    problems: [],
  });
  return answer;
}

/** As `call`; the answer must also be the example, but for numbers, times and secrets. */
async function answersItsExample(
  caller: NativeClient,
  id: string,
  status: number,
  how: Deviation = {},
): Promise<Answer> {
  const answer = await call(caller, id, how);
  expect({ id, status: answer.status, body: answer.body }).toMatchObject({ id, status });
  const example: unknown = contract.response(id, status).content?.['application/json']?.example;
  const expected = masked(example, EXAMPLE_BASE);
  expect(masked(answer.body, api.url)).toEqual(Array.isArray(expected) ? expect.arrayContaining(expected) : expected);
  return answer;
}

function jsonExample(id: string): unknown {
  const body = contract.operation(id).operation.requestBody as RequestBodyObject | undefined;
  return body?.content['application/json']?.example;
}

/** Numbers of things, times, secrets and the server's address, which differ from one run to the next, made equal. */
function masked(body: unknown, base: string): unknown {
  const text = JSON.stringify(body, (key, value: unknown) => {
    if (/(^|_)id$/.test(key) && typeof value === 'number') return 0;
    if (key === 'token' && typeof value === 'string') return 'secret';
    if (key.endsWith('_at') && typeof value === 'string') return 'then';
    return value;
  }) as string | undefined;
  return text && (JSON.parse(text.replaceAll(base, '').replaceAll(/\/(images|invites)\/\d+/g, '/$1/0')) as unknown);
}

const idOf = ({ body }: Answer): number => (body as { id: number }).id;

async function personOf(username: string): Promise<Person> {
  return Object.assign(new NativeClient(api.url, await mintToken(admin, SCOPES, username)), { username });
}

// One story on one server: alice has a namespace with an image, and shares it with bob.
beforeAll(async () => {
  api = await startTestApi({ env: { MAX_IMAGE_BYTES: '1MiB' } });
  admin = api.admin;
  tiny = await readFile(join(ROOT, 'examples/tiny.qcow2'));
});

afterAll(() => api.close());

describe('the examples of the API’s description, called in the order of a story', () => {
  it('are what users get', async () => {
    await answersItsExample(admin, 'createUser', 201);
    await call(admin, 'createUser', { json: { username: 'bob', email: 'bob@example.com' } });
    await call(admin, 'createUser', { json: { username: 'carol', email: 'carol@example.com' } });
    [alice, bob, carol] = [await personOf('alice'), await personOf('bob'), await personOf('carol')];
    await answersItsExample(admin, 'listUsers', 200);
    await answersItsExample(alice, 'showUser', 200);
    const token = await mintToken(alice, ['image:read', 'image:write']);
    await answersItsExample(new NativeClient(api.url, token), 'showCaller', 200);
  });

  it('are what tokens get', async () => {
    const token = idOf(await answersItsExample(admin, 'createToken', 201));
    await answersItsExample(admin, 'listTokens', 200);
    await answersItsExample(admin, 'rotateToken', 200, { path: `/tokens/${token}/rotate` });
    await answersItsExample(admin, 'revokeToken', 204, { path: `/tokens/${token}` });
  });

  it('are what namespaces and images get', async () => {
    await answersItsExample(alice, 'createNamespace', 201);
    await answersItsExample(alice, 'pushImage', 201, { raw: tiny });
    await answersItsExample(alice, 'listImages', 200);
    await answersItsExample(alice, 'listNamespaceImages', 200);
    await answersItsExample(alice, 'showImage', 200);
    await answersItsExample(alice, 'updateImage', 200);
    await answersItsExample(alice, 'listNamespaces', 200);
    await answersItsExample(alice, 'showNamespace', 200);
    await answersItsExample(alice, 'updateNamespace', 200);
    await call(alice, 'createNamespace', { json: { name: 'ci', parent: 'team' } });
    await answersItsExample(alice, 'listChildNamespaces', 200);
  });

  it('are what invites get', async () => {
    const declined = idOf(await answersItsExample(alice, 'invite', 201));
    await answersItsExample(alice, 'listInvites', 200);
    await answersItsExample(bob, 'listReceivedInvites', 200);
    await answersItsExample(bob, 'deleteInvite', 204, { path: `/invites/${declined}` });
    const accepted = idOf(await call(alice, 'invite'));
    await answersItsExample(bob, 'acceptInvite', 200, { path: `/invites/${accepted}` });
    await answersItsExample(alice, 'listCollaborators', 200);
    await answersItsExample(alice, 'removeCollaborator', 204);
  });
});

describe('an image’s file', () => {
  it.each(['downloadImage', 'showImage'])('is answered by %s as described: whole, in part, not at all', async (id) => {
    const file = { Accept: 'application/octet-stream' };
    const whole = await call(alice, id, { headers: file });
    const etag = whole.headers.get('ETag') ?? '';
    const part = await call(alice, id, { headers: { ...file, Range: 'bytes=0-3' } });
    const known = await call(alice, id, { headers: { ...file, 'If-None-Match': etag } });
    expect([whole.status, part.status, known.status]).toEqual([200, 206, 304]);
    await answersItsExample(alice, id, 416, { headers: { ...file, Range: 'bytes=9999-' } });
  });
});

describe('refusals', () => {
  beforeAll(async () => {
    await collaborate(alice, 'team', bob, 'reader');
  });

  it('of users are the described ones', async () => {
    await answersItsExample(admin, 'createUser', 400);
    await answersItsExample(alice, 'createUser', 403);
    await answersItsExample(alice, 'showUser', 404, { path: '/users/nobody' });
    await answersItsExample(alice, 'updateUser', 400, { json: { email: 'nowhere' } });
    await answersItsExample(bob, 'updateUser', 403);
    await answersItsExample(admin, 'updateUser', 404, { path: '/users/nobody' });
    await answersItsExample(admin, 'updateUser', 409, { path: '/users/admin', json: { disabled: true } });
    await answersItsExample(admin, 'deleteUser', 404, { path: '/users/nobody' });
    await answersItsExample(admin, 'deleteUser', 409, { path: '/users/admin' });
  });

  it('of tokens are the described ones', async () => {
    await answersItsExample(alice, 'listTokens', 403, { path: '/tokens?user=bob' });
    await answersItsExample(admin, 'listTokens', 404, { path: '/tokens?user=nobody' });
    await answersItsExample(alice, 'createToken', 400, { json: { name: 'x', scopes: [] } });
    const minter = new NativeClient(api.url, await mintToken(admin, ['token:write']));
    await answersItsExample(minter, 'createToken', 403, { json: { name: 'x', scopes: ['image:delete'] } });
    await answersItsExample(admin, 'createToken', 404, { json: { name: 'x', scopes: ['image:read'], user: 'nobody' } });
    const strong = idOf(await call(admin, 'createToken', { json: { name: 'x', scopes: ['image:delete'] } }));
    await answersItsExample(minter, 'rotateToken', 403, { path: `/tokens/${strong}/rotate` });
    await answersItsExample(alice, 'rotateToken', 404, { path: `/tokens/${strong}/rotate` });
    await answersItsExample(alice, 'revokeToken', 404, { path: `/tokens/${strong}` });
  });

  it('of namespaces are the described ones', async () => {
    await answersItsExample(alice, 'createNamespace', 400);
    await answersItsExample(alice, 'updateNamespace', 400, { json: { visibility: 'secret' } });
    for (const id of [
      'updateNamespace',
      'deleteNamespace',
      'listInvites',
      'invite',
      'listCollaborators',
      'removeCollaborator',
    ]) {
      await answersItsExample(bob, id, 403);
      await answersItsExample(carol, id, 404);
    }
    for (const id of ['listChildNamespaces', 'showNamespace', 'listNamespaceImages']) {
      await answersItsExample(api.anonymous, id, 404);
    }
    await call(alice, 'pushImage', { path: '/images?name=ubuntu&tag=24.04', raw: tiny });
    await answersItsExample(alice, 'deleteNamespace', 409);
  });

  it('of invites are the described ones', async () => {
    await answersItsExample(alice, 'invite', 400, { json: {} });
    await answersItsExample(bob, 'acceptInvite', 404, { path: '/invites/999' });
    await answersItsExample(bob, 'deleteInvite', 404, { path: '/invites/999' });
    await answersItsExample(alice, 'removeCollaborator', 400, { path: '/n/alice/team/-/collaborators/carol' });
  });

  it('of images are the described ones', async () => {
    await answersItsExample(alice, 'listImages', 400, { path: '/images?sort=size' });
    await answersItsExample(alice, 'listNamespaceImages', 400, { path: '/n/alice/team/-/images?sort=size' });
    await answersItsExample(alice, 'pushImage', 400, { raw: tiny });
    await answersItsExample(bob, 'pushImage', 403, { path: '/images?name=x&namespace=team@alice', raw: tiny });
    expect((await call(alice, 'pushImage', { path: '/images?name=x', raw: Buffer.alloc(2 ** 21) })).status).toBe(413);
    await answersItsExample(alice, 'showImage', 406, { headers: { Accept: 'text/html' } });
    await answersItsExample(alice, 'updateImage', 400, { json: { visibility: 'secret' } });
    await answersItsExample(bob, 'updateImage', 403);
    await answersItsExample(bob, 'deleteImage', 403);
    await call(alice, 'updateImage', { json: { protected: true } });
    await answersItsExample(alice, 'deleteImage', 409);
    await call(alice, 'updateImage', { json: { protected: false } });
    for (const id of ['showImage', 'downloadImage']) await answersItsExample(api.anonymous, id, 404);
    for (const id of ['updateImage', 'deleteImage']) await answersItsExample(carol, id, 404);
  });

  const withJson = operationsOf(document)
    .map(({ operation }) => operation.operationId ?? '')
    .filter((id) => jsonExample(id) !== undefined);

  const guarded = operationsOf(document).filter(({ operation }) => operation.security?.length !== 0);

  it.each(guarded.map(({ operation }) => operation.operationId ?? ''))(
    'of a bad token are the described ones: %s',
    async (id) => {
      await answersItsExample(new NativeClient(api.url, 'forged'), id, 401);
      const scope = (contract.operation(id).operation as { 'x-scope'?: string })['x-scope'];
      if (scope === undefined) return;
      const others = await mintToken(
        admin,
        SCOPES.filter((one) => one !== scope),
      );
      expect((await call(new NativeClient(api.url, others), id)).status).toBe(403);
    },
  );

  it.each(withJson)('of a body that is too large are the described ones: %s', async (id) => {
    await answersItsExample(admin, id, 413, { json: { x: 'x'.repeat(300_000) } });
  });
});

describe('the end of the story', () => {
  it('is as described, too', async () => {
    await answersItsExample(alice, 'deleteImage', 204);
    await call(alice, 'deleteImage', { path: '/images/ubuntu:24.04' });
    await answersItsExample(alice, 'deleteNamespace', 204);
    await answersItsExample(alice, 'updateUser', 200);
    await answersItsExample(admin, 'deleteUser', 204);
  });

  it('is told by the description itself', async () => {
    expect((await call(api.anonymous, 'showDocument')).status).toBe(200);
    expect((await call(api.anonymous, 'showPage')).status).toBe(200);
  });

  it('leaves no described answer unseen but those that take a race, a full disk or a minute', () => {
    expect(contract.unseen()).toEqual(['pushImage 408', 'pushImage 409', 'pushImage 507', 'updateImage 409']);
  });
});
