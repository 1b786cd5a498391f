import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage, unique } from '../../../support/builders.js';
import { imageBody, namespaceBody } from '../../../support/image-body.js';
import type { NativeClient } from '../../../support/native-client.js';

describe('GET /images', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  async function namesOf(client: NativeClient, query = ''): Promise<string[]> {
    const { body } = expectStatus(await client.get(`/images?${query}`), 200);
    return (body as { name: string; tag: string }[]).map(({ name, tag }) =>
      tag === 'latest' ? name : `${name}:${tag}`,
    );
  }

  it('is an empty array where there is nothing', async () => {
    const alice = await newUser(api.admin);
    const { status, body } = await alice.get('/images');
    expect({ status, body }).toEqual({ status: 200, body: [] });
  });

  it('holds whole entities with their relations', async () => {
    const alice = await newUser(api.admin);
    await pushImage(alice, 'name=disk');
    await pushImage(alice, 'name=disk&namespace=deep/er');
    const [namespace, reference] = [namespaceBody(alice, 'deep/er'), `${alice.username}/deep/er/disk:latest`];
    expect((await alice.get('/images')).body).toEqual([
      imageBody(alice),
      imageBody(alice, { namespace, namespace_id: expect.any(Number), reference }),
    ]);
  });

  it('holds what the caller owns and collaborates in, and nothing of strangers', async () => {
    const [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    await pushImage(alice, 'name=own');
    await newNamespace(bob, 'team');
    await newNamespace(bob, 'open', 'public');
    await newNamespace(bob, 'internal', 'internal');
    for (const [name, namespace] of Object.entries({
      root: 'team',
      deep: 'team/a/b',
      open: 'open',
      inner: 'internal',
    })) {
      await pushImage(bob, `name=${name}&namespace=${namespace}`);
    }
    await pushImage(bob, 'name=private');
    expect(await namesOf(alice)).toEqual(['own']);
    await collaborate(bob, 'team', alice, 'reader');
    expect(await namesOf(alice)).toEqual(['deep', 'own', 'root']);
    expect(await namesOf(bob)).toEqual(['deep', 'inner', 'open', 'private', 'root']);
  });

  it('adds what is public when asked to, by its namespace or of itself, each once', async () => {
    const [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    await newNamespace(bob, 'open', 'public');
    await newNamespace(bob, 'closed');
    const prefix = unique('pub');
    await pushImage(bob, `name=${prefix}-a&namespace=open`);
    const own = await pushImage(bob, `name=${prefix}-b&namespace=closed`);
    expectStatus(await bob.patch(`/images/${own.id}`, { visibility: 'public' }), 200);
    await pushImage(bob, `name=${prefix}-c&namespace=closed`);
    await collaborate(bob, 'open', alice, 'reader');
    expect(await namesOf(alice, `search=${prefix}&include_public=true`)).toEqual([`${prefix}-a`, `${prefix}-b`]);
    expect(await namesOf(alice, `search=${prefix}&include_public=1`)).toEqual([`${prefix}-a`, `${prefix}-b`]);
    expect(await namesOf(alice, `search=${prefix}&include_public=false`)).toEqual([`${prefix}-a`]);
    expect(await namesOf(bob, `search=${prefix}&include_public=true`)).toHaveLength(3);
  });

  it('forgets what is no longer shared or public at once', async () => {
    const [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    await newNamespace(bob, 'open', 'public');
    const name = unique('fading');
    await pushImage(bob, `name=${name}&namespace=open`);
    await collaborate(bob, 'open', alice, 'reader');
    expectStatus(await alice.get('/images'), 200);
    expectStatus(await bob.delete(`/n/${bob.username}/open/-/collaborators/${alice.username}`), 204);
    expect(await namesOf(alice)).toEqual([]);
    expect(await namesOf(alice, `name=${name}&include_public=true`)).toEqual([name]);
    expectStatus(await bob.patch(`/n/${bob.username}/open`, { visibility: 'private' }), 200);
    expect(await namesOf(alice, `name=${name}&include_public=true`)).toEqual([]);
  });

  it('shows an admin everything of the owner or namespace that is asked for', async () => {
    const bob = await newUser(api.admin);
    await pushImage(bob, 'name=one');
    await pushImage(bob, 'name=two&namespace=n');
    expect(await namesOf(api.admin)).toEqual([]);
    expect(await namesOf(api.admin, `owner=${bob.username}`)).toEqual(['one', 'two']);
    expect(await namesOf(api.admin, `namespace=n@${bob.username}`)).toEqual(['two']);
  });

  describe('filters', () => {
    let alice: Awaited<ReturnType<typeof newUser>>;
    let bob: Awaited<ReturnType<typeof newUser>>;
    beforeAll(async () => {
      [alice, bob] = [await newUser(api.admin, 'filter-alice'), await newUser(api.admin, 'filter-bob')];
      const labels = {
        'Debian-12': { os: 'linux', arch: 'x86' },
        debian_13: { os: 'linux', arch: 'arm' },
        win: { os: 'dos' },
      };
      for (const [name, set] of Object.entries(labels)) {
        const { id } = await pushImage(alice, `name=${name}`);
        expectStatus(await alice.patch(`/images/${id}`, { labels: set }), 200);
      }
      await pushImage(alice, 'name=debian_13&tag=slim');
      await pushImage(alice, 'name=deep&namespace=Os/linux');
      await newNamespace(bob, 'os');
      await pushImage(bob, 'name=shared&namespace=os');
      await collaborate(bob, 'os', alice, 'reader');
    });

    const ALL = ['Debian-12', 'debian_13', 'debian_13:slim', 'deep', 'shared', 'win'];

    it.each<[string, readonly string[]]>([
      ['', ALL],
      ['search=debian', ['Debian-12', 'debian_13', 'debian_13:slim']],
      ['search=BIAN', ['Debian-12', 'debian_13', 'debian_13:slim']],
      ['search=_', ['debian_13', 'debian_13:slim']],
      ['search=%25', []],
      ['search=%5c', []],
      ['search=deb%25', []],
      ['search=d_bian', []],
      ['search=', ALL],
      ['search=%c3%bc', []],
      ['search=%27%20or%201=1--', []],
      ['name=debian_13', ['debian_13', 'debian_13:slim']],
      ['name=debian', []],
      ['name=DEBIAN_13', []],
      ['tag=slim', ['debian_13:slim']],
      ['name=debian_13&tag=latest', ['debian_13']],
      ['namespace=Os/linux', ['deep']],
      ['namespace=os/LINUX', ['deep']],
      ['namespace=Os', []],
      ['namespace=os/linux@filter-alice', ['deep']],
      ['namespace=os@filter-bob', ['shared']],
      ['namespace=os@', []],
      ['namespace=os@nobody', []],
      ['namespace=..', []],
      ['owner=filter-alice', ALL.filter((name) => name !== 'shared')],
      ['owner=Filter-Bob', ['shared']],
      ['owner=nobody', []],
      ['status=available', ALL],
      ['status=failed', []],
      ['label=os=linux', ['Debian-12', 'debian_13']],
      ['label=os=linux&label=arch=arm', ['debian_13']],
      ['label=os=linux&label=os=dos', []],
      ['label=os=', []],
      ['label=os=Linux', []],
      ['label=os=linux&search=12', ['Debian-12']],
      ['search=1&search=win', ['win']],
      ['unknown=1', ALL],
    ])('%s', async (query, names) => {
      expect(await namesOf(alice, query)).toEqual(names);
    });

    it.each([
      ['status=gone', 'status', 'Status must be one of pending, receiving, processing, available, failed, deleting'],
      ['label=os', 'label', 'Label must be written key=value'],
      ['label==x', 'label', 'Label must be written key=value'],
      ['sort=size', 'sort', 'Sort must be one of name, created_at, updated_at, with - before it to reverse'],
      ['sort=--name', 'sort', 'Sort must be one of name, created_at, updated_at, with - before it to reverse'],
      ['sort=Name', 'sort', 'Sort must be one of name, created_at, updated_at, with - before it to reverse'],
    ])('refuses %s', async (query, field, message) => {
      const { status, body } = await alice.get(`/images?${query}`);
      expect({ status, body }).toEqual({ status: 400, body: { [field]: [message] } });
    });

    it('refuses U+0000 in any of them', async () => {
      for (const name of ['search', 'name', 'tag', 'owner', 'namespace', 'label', 'cursor']) {
        expect((await alice.get(`/images?${name}=a=%00`)).status).toBe(400);
      }
    });
  });
});
