import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newNamespace, newTree, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import { setQuota, usageOf } from '../../../support/quotas.js';

describe('PUT and DELETE /quotas/…', () => {
  let api: TestApi;
  let owner: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    owner = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const put = (subject: string, json: unknown) => api.admin.call('PUT', `/quotas/${subject}`, { json });

  it('sets both limits of an account, whatever the case, and answers them', async () => {
    const answer = await put(`accounts/${owner.username.toUpperCase()}`, { limit_bytes: 1000, limit_images: 2 });
    const quota = {
      type: 'user',
      name: owner.username,
      limit_bytes: 1000,
      limit_images: 2,
      updated_at: expect.stringMatching(TIME),
    };
    expect(answer).toMatchObject({ status: 200, body: quota });
    expect((await api.admin.get(`/quotas/accounts/${owner.username}`)).body).toEqual(quota);
  });

  it('lifts the limit that is not named, or null', async () => {
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_bytes: 1000, limit_images: 2 });
    const answer = await put(`accounts/${owner.username}`, { limit_bytes: null, limit_images: 0 });
    expect(answer).toMatchObject({ status: 200, body: { limit_bytes: null, limit_images: 0 } });
  });

  it('sets that of a root namespace, and goes with it', async () => {
    await newNamespace(owner, 'Tree');
    const path = `namespaces/${owner.username}/tree`;
    expect((await put(path, { limit_bytes: 5 })).body).toEqual({
      type: 'namespace',
      name: `${owner.username}/Tree`,
      limit_bytes: 5,
      limit_images: null,
      updated_at: expect.stringMatching(TIME),
    });
    expectStatus(await owner.delete(`/n/${owner.username}/tree`), 204);
    expect(await api.admin.get(`/quotas/${path}`)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });

  it('may set a limit below what is held, of which nothing goes', async () => {
    const { bytes } = await pushImage(owner, 'name=disk');
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_bytes: 1, limit_images: 0 });
    expect(await usageOf(owner, owner.username)).toMatchObject({ images: 1, logical_bytes: bytes.length });
    await owner.pull('/images/disk/file');
  });

  it('says what is wrong with each limit, and changes nothing', async () => {
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_images: 7 });
    const refused = async (json: unknown) => {
      const { status, body } = await put(`accounts/${owner.username}`, json);
      expect(status).toBe(400);
      return body;
    };
    const rule = 'must be null or a whole number from 0 to 9007199254740991';
    expect(await refused({ limit_bytes: -1, limit_images: 1.5 })).toEqual({
      limit_bytes: [`Limit_bytes ${rule}`],
      limit_images: [`Limit_images ${rule}`],
    });
    expect(await refused({ limit_bytes: 2 ** 53 })).toEqual({ limit_bytes: [`Limit_bytes ${rule}`] });
    expect(await refused({ limit_bytes: '5', limit: 3 })).toEqual({
      limit: ['Property limit should not exist'],
      limit_bytes: [`Limit_bytes ${rule}`],
    });
    expect(await refused({})).toEqual({
      limit_bytes: ['Say limit_bytes, limit_images or both; to lift all limits, delete the quota'],
    });
    expect((await owner.get(`/quotas/accounts/${owner.username}`)).body).toMatchObject({ limit_images: 7 });
  });

  it('knows neither nobody, nor a namespace that is no root', async () => {
    await newTree(owner, 'tree/below');
    for (const subject of [
      'accounts/nobody',
      'namespaces/nobody/tree',
      `namespaces/${owner.username}/other`,
      `namespaces/${owner.username}/tree%2Fbelow`,
    ]) {
      expect(await put(subject, { limit_images: 1 })).toMatchObject({ status: 404, body: { message: 'Not Found' } });
    }
  });

  it('is not for those it limits, whatever their token says', async () => {
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_images: 1 });
    const path = `/quotas/accounts/${owner.username}`;
    expect((await owner.call('PUT', path, { json: { limit_images: 9 } })).status).toBe(403);
    expect((await owner.delete(path)).status).toBe(403);
    expect((await owner.get(path)).body).toMatchObject({ limit_images: 1 });
  });

  it('is gone once deleted, and deleting it again finds nothing', async () => {
    await setQuota(api.admin, `accounts/${owner.username}`, { limit_images: 0 });
    expect((await owner.push('name=disk', Buffer.of(1))).status).toBe(413);
    expectStatus(await api.admin.delete(`/quotas/accounts/${owner.username}`), 204);
    expect((await api.admin.delete(`/quotas/accounts/${owner.username}`)).status).toBe(404);
    await pushImage(owner, 'name=disk');
  });
});
