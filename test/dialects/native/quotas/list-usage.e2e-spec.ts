import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
} from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import type { NativeClient } from '../../../support/native-client.js';
import { setQuota } from '../../../support/quotas.js';

const SIZE = distinctImage('any').length;

describe('GET /quotas and GET /usage', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    bob = await newUser(api.admin, 'bob');
    await newNamespace(alice, 'team');
    await newNamespace(bob, 'own');
    await pushImage(alice, 'name=a', 'same');
    await pushImage(alice, 'name=a&namespace=team/below', 'same');
    await pushImage(alice, 'name=b&namespace=team', 'other');
    await setQuota(api.admin, 'accounts/alice', { limit_bytes: 10 * SIZE });
    await setQuota(api.admin, 'namespaces/alice/team', { limit_images: 5 });
    await setQuota(api.admin, 'accounts/bob', { limit_images: 1 });
  });
  afterAll(() => api.close());

  const list = async (client: NativeClient, path: string): Promise<unknown> =>
    expectStatus(await client.get(path), 200).body;
  const names = async (client: NativeClient, path: string): Promise<string[]> =>
    ((await list(client, path)) as { name: string }[]).map(({ name }) => name);

  it('list the caller’s own quotas and those of their roots, with their limits', async () => {
    const updated_at = expect.stringMatching(TIME);
    expect(await list(alice, '/quotas')).toEqual([
      { type: 'namespace', name: 'alice/team', limit_bytes: null, limit_images: 5, updated_at },
      { type: 'user', name: 'alice', limit_bytes: 10 * SIZE, limit_images: null, updated_at },
    ]);
  });

  it('show what is held, with a quota or without: bytes of every image, and bytes on disk', async () => {
    const nothing = { images: 0, logical_bytes: 0, physical_bytes: 0, reserved_images: 0, reserved_bytes: 0 };
    expect(await list(alice, '/usage')).toEqual([
      {
        ...nothing,
        type: 'namespace',
        name: 'alice/team',
        limit_bytes: null,
        limit_images: 5,
        images: 2,
        logical_bytes: 2 * SIZE,
        physical_bytes: 2 * SIZE,
      },
      {
        ...nothing,
        type: 'user',
        name: 'alice',
        limit_bytes: 10 * SIZE,
        limit_images: null,
        images: 3,
        logical_bytes: 3 * SIZE,
        physical_bytes: 2 * SIZE,
      },
    ]);
    expect(await list(bob, '/usage')).toEqual([
      { ...nothing, type: 'namespace', name: 'bob/own', limit_bytes: null, limit_images: null },
      { ...nothing, type: 'user', name: 'bob', limit_bytes: null, limit_images: 1 },
    ]);
  });

  it('show an operator everybody’s, in pages', async () => {
    expect(await names(api.admin, '/quotas')).toEqual(['alice/team', 'alice', 'bob']);
    expect(await names(api.admin, '/usage')).toEqual(['alice/team', 'bob/own', 'admin', 'alice', 'bob']);
    const page = await api.admin.get('/usage?limit=2&page=2');
    expect((page.body as { name: string }[]).map(({ name }) => name)).toEqual(['admin', 'alice']);
    expect(page.headers.get('Link')).toContain('page=3>; rel="next"');
    expect(await names(api.admin, '/quotas?limit=2&page=2')).toEqual(['bob']);
  });

  it('hide others’, as do the quotas themselves, unless a role on a root says otherwise', async () => {
    for (const path of ['accounts/bob', 'namespaces/bob/own', 'accounts/nobody']) {
      expect(await alice.get(`/quotas/${path}`)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    }
    const guest = await newUser(api.admin, 'guest');
    await collaborate(alice, 'team', guest, 'reader');
    expect(await names(guest, '/quotas')).toEqual([]);
    expect(await names(guest, '/usage')).toEqual(['guest']);
  });

  it('forget a deleted user', async () => {
    const gone = await newUser(api.admin, 'zoe');
    await setQuota(api.admin, 'accounts/zoe', { limit_images: 1 });
    expectStatus(await api.admin.delete(`/users/${gone.username}`), 204);
    expect(await names(api.admin, '/quotas')).not.toContain('zoe');
    expect(await names(api.admin, '/usage')).not.toContain('zoe');
  });
});
