import { FilesystemBlobStore } from '#platform/storage';
import { startTestApi, type TestApi } from '../support/api.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newUser,
  type TestUser,
  unique,
} from '../support/builders.js';
import { finished, reaching } from '../support/downloads.js';
import { Origin } from '../support/origin.js';
import { file } from '../support/origin-behaviours.js';
import { setQuota } from '../support/quotas.js';
import { beginCheck, checkNow, checksOf, makeDue, newRefreshed, sweep, tagsOf, TODAY } from '../support/refreshes.js';

const mayNot = (username: string): string =>
  `${username}, who had it refreshed, may not make images there any more; have it refreshed in your own name`;

describe('what a schedule may do', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let name: string;

  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({ works: true, env: reaching(origin.port) });
    alice = await newUser(api.admin, 'alice');
    await newNamespace(alice, 'team');
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
  });
  beforeEach(async () => {
    bob = await newUser(api.admin);
    name = unique('deb');
    origin.on('/disk', file(distinctImage('old'), { etag: '"1"' }));
  });

  const change = (): void => void origin.on('/disk', file(distinctImage('new'), { etag: '"2"' }));

  /** In alice's namespace, by bob. */
  async function refreshedByBob(): Promise<number> {
    await collaborate(alice, 'team', bob, 'writer');
    const id = await newRefreshed(bob, origin.url('/disk'), { name, namespace: 'team@alice' });
    change();
    return id;
  }

  it('is what its author may: make images in a namespace of somebody else, as theirs', async () => {
    const id = await refreshedByBob();
    expect(await checkNow(api, bob, id)).toMatchObject({ status: 'succeeded', author: bob.username });
    await tagsOf(alice, name);
    const reference = encodeURIComponent(`alice/team/${name}:latest-${TODAY}`);
    expect((await alice.get(`/images/${reference}`)).body).toMatchObject({
      author: { username: bob.username },
      user: { username: 'alice' },
    });
    const [event] = expectStatus(await api.admin.get(`/audit?action=image.create&actor=${bob.username}`), 200)
      .body as object[];
    expect(event).toMatchObject({
      actor: bob.username,
      token_id: null,
      target: { name: `alice/team/${name}:latest-${TODAY}` },
      after: { download_url: origin.url('/disk') },
    });
  });

  it('ends with their role; the schedule goes on, and is healed by whoever takes it over', async () => {
    const id = await refreshedByBob();
    expectStatus(await alice.delete(`/n/alice/team/-/collaborators/${bob.username}`), 204);
    expect(await checkNow(api, alice, id)).toMatchObject({
      status: 'failed',
      error: mayNot(bob.username),
      attempts: 1,
    });
    expect(origin.requests).toEqual([]);
    expect(await tagsOf(alice, name)).toEqual({ latest: 'available' });
    expectStatus(await alice.patch(`/images/${id}`, { refresh: '24h' }), 200);
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'succeeded', author: 'alice' });
    expect(await tagsOf(alice, name)).toEqual({ latest: 'available', [`latest-${TODAY}`]: 'available' });
  });

  it('is nothing while they are disabled', async () => {
    const id = await refreshedByBob();
    await api.admin.patch(`/users/${bob.username}`, { disabled: true });
    const error = `${bob.username}, who had it refreshed, is disabled or gone; have it refreshed in your own name`;
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'failed', error });
    await api.admin.patch(`/users/${bob.username}`, { disabled: false });
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'succeeded' });
  });

  it('is nothing once they are deleted', async () => {
    const id = await refreshedByBob();
    expectStatus(await api.admin.delete(`/users/${bob.username}`), 204);
    expect(await checkNow(api, alice, id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/, who had it refreshed, is disabled or gone; /) as string,
    });
  });

  it('is nothing beside an image that is another’s, outside of any namespace', async () => {
    const id = await newRefreshed(bob, origin.url('/disk'), { name });
    change();
    expectStatus(await api.admin.post(`/images/${id}/transfer`, { to: 'alice' }), 200);
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'failed', error: mayNot(bob.username) });
  });

  it('is kept within quotas, and catches up once there is room', async () => {
    const id = await newRefreshed(bob, origin.url('/disk'), { name });
    change();
    await setQuota(api.admin, `accounts/${bob.username}`, { limit_images: 1 });
    expect(await checkNow(api, bob, id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/quota/i) as string,
    });
    expect(await tagsOf(bob, name)).toEqual({ latest: 'available' });
    await setQuota(api.admin, `accounts/${bob.username}`, { limit_images: 2 });
    expect(await checkNow(api, bob, id)).toMatchObject({ status: 'succeeded' });
    expect(await tagsOf(bob, name)).toEqual({ latest: 'available', [`latest-${TODAY}`]: 'available' });
  });

  it('is nothing any more once it has ended, also for a check that is under way', async () => {
    const id = await newRefreshed(bob, origin.url('/disk'), { name });
    const gate = Promise.withResolvers<undefined>();
    const changed = file(distinctImage('new'), { etag: '"2"' });
    origin.on('/disk', (...asked) => void gate.promise.then(() => changed(...asked)));
    await beginCheck(api, id);
    const [check] = await checksOf(bob, id);
    expectStatus(await bob.patch(`/images/${id}`, { refresh: null }), 200);
    gate.resolve(undefined);
    expect(await finished(bob, check ?? { id: 0 })).toMatchObject({
      status: 'failed',
      error: 'The image is not refreshed any more, or another check was faster',
    });
    expect(await tagsOf(bob, name)).toEqual({ latest: 'available' });
  });

  it('is done once where two processes look at the same time', async () => {
    const store = await FilesystemBlobStore.open({ root: api.storeDir });
    const database = { url: api.databaseUrl, drop: () => Promise.resolve() };
    const other = await startTestApi({ works: true, env: reaching(origin.port), database, store });
    const id = await newRefreshed(bob, origin.url('/disk'), { name });
    origin.forget();
    for (let round = 1; round <= 5; round += 1) {
      await makeDue(api, id);
      await Promise.all([sweep(api), sweep(other)]);
      const checks = await checksOf(bob, id);
      expect(checks).toHaveLength(round);
      expect(await finished(bob, checks[0] ?? { id: 0 })).toMatchObject({ status: 'succeeded' });
      expect(origin.requests).toHaveLength(round);
    }
    await other.close();
  });
});
