import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import { SCOPES } from '#kernel';
import { operationsOf } from '../../apps/api/src/openapi/operations-of.js';
import { startTestApi, type TestApi } from '../support/api.js';
import { collaborate, mintToken } from '../support/builders.js';
import { DescribedApi } from '../support/described-api.js';
import { type Answer, NativeClient } from '../support/native-client.js';

type Person = NativeClient & { readonly username: string };

const ROOT = join(import.meta.dirname, '../..');
const committed = await readFile(join(ROOT, 'docs/reference/openapi.json'), 'utf8');
const document = JSON.parse(committed) as OpenAPIObject;
const described = new DescribedApi(document);

/** What the story below is about; the others have stories of their own beside this one. */
const TAGS = ['Images', 'Namespaces', 'Invites and collaborators', 'Users', 'Tokens', 'This description'];

let api: TestApi;
let admin: NativeClient;
let alice: Person;
let bob: Person;
let carol: Person;
let tiny: Buffer;

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
    await described.answersItsExample(admin, 'createUser', 201);
    await described.call(admin, 'createUser', { json: { username: 'bob', email: 'bob@example.com' } });
    await described.call(admin, 'createUser', { json: { username: 'carol', email: 'carol@example.com' } });
    [alice, bob, carol] = [await personOf('alice'), await personOf('bob'), await personOf('carol')];
    await described.answersItsExample(admin, 'listUsers', 200);
    await described.answersItsExample(alice, 'showUser', 200);
    const token = await mintToken(alice, ['image:read', 'image:write']);
    await described.answersItsExample(new NativeClient(api.url, token), 'showCaller', 200);
  });

  it('are what tokens get', async () => {
    const token = idOf(await described.answersItsExample(admin, 'createToken', 201));
    await described.answersItsExample(admin, 'listTokens', 200);
    await described.answersItsExample(admin, 'rotateToken', 200, { path: `/tokens/${token}/rotate`, json: {} });
    await described.answersItsExample(admin, 'retirePreviousSecret', 204, { path: `/tokens/${token}/previous` });
    await described.answersItsExample(admin, 'revokeToken', 204, { path: `/tokens/${token}` });
  });

  it('are what the audit trail gets', async () => {
    const path = '/audit?target=alice&action=user.create';
    const { body } = await described.call(admin, 'listAuditEvents', { path });
    expect(body).toHaveLength(1);
  });

  it('are what namespaces and images get', async () => {
    await described.answersItsExample(alice, 'createNamespace', 201);
    await described.answersItsExample(alice, 'pushImage', 201, { raw: tiny });
    await described.answersItsExample(alice, 'listImages', 200);
    await described.answersItsExample(alice, 'listNamespaceImages', 200);
    await described.answersItsExample(alice, 'showImage', 200);
    await described.answersItsExample(alice, 'updateImage', 200);
    await described.answersItsExample(alice, 'listNamespaces', 200);
    await described.answersItsExample(alice, 'showNamespace', 200);
    await described.answersItsExample(alice, 'updateNamespace', 200);
    await described.call(alice, 'createNamespace', { json: { name: 'ci', parent: 'team' } });
    await described.answersItsExample(alice, 'listChildNamespaces', 200);
  });

  it('are what invites get', async () => {
    const declined = idOf(await described.answersItsExample(alice, 'invite', 201));
    await described.answersItsExample(alice, 'listInvites', 200);
    await described.answersItsExample(bob, 'listReceivedInvites', 200);
    await described.answersItsExample(bob, 'deleteInvite', 204, { path: `/invites/${declined}` });
    const accepted = idOf(await described.call(alice, 'invite'));
    await described.answersItsExample(bob, 'acceptInvite', 200, { path: `/invites/${accepted}` });
    await described.answersItsExample(alice, 'listCollaborators', 200);
    await described.answersItsExample(alice, 'removeCollaborator', 204);
  });
});

describe('the quotas of the story', () => {
  const nobody = { account: '/quotas/accounts/nobody', namespace: '/quotas/namespaces/nobody/x' };

  it('are the described ones, set, seen and refused', async () => {
    await described.call(admin, 'putAccountQuota', { json: { limit_bytes: 10_737_418_240 } });
    await described.call(alice, 'listUsage');
    for (const [subject, id] of [
      ['account', 'Account'],
      ['namespace', 'Namespace'],
    ] as const) {
      await described.answersItsExample(admin, `put${id}Quota`, 200, { json: { limit_bytes: 10_737_418_240 } });
      await described.answersItsExample(alice, `show${id}Quota`, 200);
      await described.answersItsExample(admin, `put${id}Quota`, 400, { json: {} });
      await described.answersItsExample(admin, `put${id}Quota`, 404, { path: nobody[subject] });
      await described.answersItsExample(admin, `show${id}Quota`, 404, { path: nobody[subject] });
    }
    await described.answersItsExample(alice, 'listQuotas', 200);
    for (const [subject, id] of [
      ['account', 'Account'],
      ['namespace', 'Namespace'],
    ] as const) {
      await described.answersItsExample(admin, `delete${id}Quota`, 204);
      await described.answersItsExample(admin, `delete${id}Quota`, 404, { path: nobody[subject] });
    }
  });
});

describe('an image’s file', () => {
  it.each(['downloadImage', 'showImage'])('is answered by %s as described: whole, in part, not at all', async (id) => {
    const file = { Accept: 'application/octet-stream' };
    const whole = await described.call(alice, id, { headers: file });
    const etag = whole.headers.get('ETag') ?? '';
    const part = await described.call(alice, id, { headers: { ...file, Range: 'bytes=0-3' } });
    const known = await described.call(alice, id, { headers: { ...file, 'If-None-Match': etag } });
    expect([whole.status, part.status, known.status]).toEqual([200, 206, 304]);
    await described.answersItsExample(alice, id, 416, { headers: { ...file, Range: 'bytes=9999-' } });
  });
});

describe('refusals', () => {
  beforeAll(async () => {
    await collaborate(alice, 'team', bob, 'reader');
  });

  it('of users are the described ones', async () => {
    await described.answersItsExample(admin, 'createUser', 400);
    await described.answersItsExample(alice, 'createUser', 403);
    await described.answersItsExample(alice, 'showUser', 404, { path: '/users/nobody' });
    await described.answersItsExample(alice, 'updateUser', 400, { json: { email: 'nowhere' } });
    await described.answersItsExample(bob, 'updateUser', 403);
    await described.answersItsExample(admin, 'updateUser', 404, { path: '/users/nobody' });
    await described.answersItsExample(admin, 'updateUser', 409, { path: '/users/admin', json: { disabled: true } });
    await described.answersItsExample(admin, 'deleteUser', 404, { path: '/users/nobody' });
    await described.answersItsExample(admin, 'deleteUser', 409, { path: '/users/admin' });
  });

  it('of tokens are the described ones', async () => {
    await described.answersItsExample(alice, 'listTokens', 403, { path: '/tokens?user=bob' });
    await described.answersItsExample(admin, 'listTokens', 400, { path: '/tokens?filter=odd' });
    await described.answersItsExample(admin, 'listTokens', 404, { path: '/tokens?user=nobody' });
    await described.answersItsExample(alice, 'createToken', 400, { json: { name: 'x', scopes: [] } });
    const minter = new NativeClient(api.url, await mintToken(admin, ['token:write']));
    await described.answersItsExample(minter, 'createToken', 403, { json: { name: 'x', scopes: ['image:delete'] } });
    await described.answersItsExample(admin, 'createToken', 404, {
      json: { name: 'x', scopes: ['image:read'], user: 'nobody' },
    });
    const strong = idOf(await described.call(admin, 'createToken', { json: { name: 'x', scopes: ['image:delete'] } }));
    await described.answersItsExample(minter, 'rotateToken', 403, { path: `/tokens/${strong}/rotate` });
    await described.answersItsExample(alice, 'rotateToken', 404, { path: `/tokens/${strong}/rotate` });
    await described.answersItsExample(admin, 'rotateToken', 400, {
      path: `/tokens/${strong}/rotate`,
      json: { overlap: -1 },
    });
    await described.answersItsExample(alice, 'retirePreviousSecret', 404, { path: `/tokens/${strong}/previous` });
    await described.answersItsExample(alice, 'revokeToken', 404, { path: `/tokens/${strong}` });
  });

  it('of namespaces are the described ones', async () => {
    await described.answersItsExample(alice, 'createNamespace', 400);
    await described.answersItsExample(alice, 'updateNamespace', 400, { json: { visibility: 'secret' } });
    for (const id of [
      'updateNamespace',
      'deleteNamespace',
      'listInvites',
      'invite',
      'listCollaborators',
      'removeCollaborator',
    ]) {
      await described.answersItsExample(bob, id, 403);
      await described.answersItsExample(carol, id, 404);
    }
    for (const id of ['listChildNamespaces', 'showNamespace', 'listNamespaceImages']) {
      await described.answersItsExample(api.anonymous, id, 404);
    }
    await described.call(alice, 'pushImage', { path: '/images?name=ubuntu&tag=24.04', raw: tiny });
    await described.answersItsExample(alice, 'deleteNamespace', 409);
  });

  it('of invites are the described ones', async () => {
    await described.answersItsExample(alice, 'invite', 400, { json: {} });
    await described.answersItsExample(bob, 'acceptInvite', 404, { path: '/invites/999' });
    await described.answersItsExample(bob, 'deleteInvite', 404, { path: '/invites/999' });
    await described.call(admin, 'createUser', { json: { username: 'dave', email: 'dave@example.com' } });
    const dave = await personOf('dave');
    await described.call(dave, 'createNamespace');
    const offered = idOf(await described.call(dave, 'invite', { path: '/n/dave/team/-/invites' }));
    await described.call(admin, 'updateUser', { path: '/users/dave', json: { disabled: true } });
    await described.answersItsExample(bob, 'acceptInvite', 409, { path: `/invites/${offered}` });
    await described.answersItsExample(alice, 'removeCollaborator', 400, {
      path: '/n/alice/team/-/collaborators/carol',
    });
  });

  it('of images are the described ones', async () => {
    await described.answersItsExample(alice, 'listImages', 400, { path: '/images?sort=size' });
    await described.answersItsExample(alice, 'listNamespaceImages', 400, { path: '/n/alice/team/-/images?sort=size' });
    await described.answersItsExample(alice, 'pushImage', 400, { raw: tiny });
    await described.answersItsExample(bob, 'pushImage', 403, {
      path: '/images?name=x&namespace=team@alice',
      raw: tiny,
    });
    expect(
      (await described.call(alice, 'pushImage', { path: '/images?name=x', raw: Buffer.alloc(2 ** 21) })).status,
    ).toBe(413);
    await described.answersItsExample(alice, 'showImage', 406, { headers: { Accept: 'text/html' } });
    await described.answersItsExample(alice, 'updateImage', 400, { json: { visibility: 'secret' } });
    await described.answersItsExample(bob, 'updateImage', 403);
    await described.answersItsExample(bob, 'deleteImage', 403);
    await described.call(alice, 'updateImage', { json: { protected: true } });
    await described.answersItsExample(alice, 'deleteImage', 409);
    await described.call(alice, 'updateImage', { json: { protected: false } });
    for (const id of ['showImage', 'downloadImage']) await described.answersItsExample(api.anonymous, id, 404);
    for (const id of ['updateImage', 'deleteImage']) await described.answersItsExample(carol, id, 404);
  });

  it('of the audit trail are the described ones', async () => {
    await described.answersItsExample(admin, 'listAuditEvents', 400, { path: '/audit?outcome=maybe' });
    await described.answersItsExample(admin, 'listAuditEvents', 406, { headers: { Accept: 'text/html' } });
  });

  const withJson = operationsOf(document)
    .map(({ operation }) => operation.operationId ?? '')
    .filter((id) => described.jsonExample(id) !== undefined);

  const guarded = operationsOf(document).filter(({ operation }) => operation.security?.length !== 0);

  it.each(guarded.map(({ operation }) => operation.operationId ?? ''))(
    'of a bad token are the described ones: %s',
    async (id) => {
      await described.answersItsExample(new NativeClient(api.url, 'forged'), id, 401);
      const scope = (described.contract.operation(id).operation as { 'x-scope'?: string })['x-scope'];
      if (scope === undefined) return;
      const others = await mintToken(
        admin,
        SCOPES.filter((one) => one !== scope),
      );
      expect((await described.call(new NativeClient(api.url, others), id)).status).toBe(403);
    },
  );

  it.each(withJson)('of a body that is too large are the described ones: %s', async (id) => {
    await described.answersItsExample(admin, id, 413, { json: { x: 'x'.repeat(300_000) } });
  });
});

describe('the end of the story', () => {
  it('is as described, too', async () => {
    await described.answersItsExample(alice, 'deleteImage', 204);
    await described.call(alice, 'deleteImage', { path: '/images/ubuntu:24.04' });
    await described.answersItsExample(alice, 'deleteNamespace', 204);
    await described.answersItsExample(alice, 'updateUser', 200);
    await described.answersItsExample(admin, 'deleteUser', 204);
  });

  it('is told by the description itself', async () => {
    expect((await described.call(api.anonymous, 'showDocument')).status).toBe(200);
    expect((await described.call(api.anonymous, 'showPage')).status).toBe(200);
  });

  it('leaves no described answer unseen but those that take a race, a full disk or a minute', () => {
    expect(described.contract.unseen(TAGS)).toEqual([
      'pushImage 408',
      'pushImage 409',
      'pushImage 507',
      'updateImage 409',
    ]);
  });
});
