import { startTestApi, type TestApi } from '../../../support/api.js';
import { beginPush } from '../../../support/begun-push.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
} from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { largeImage } from '../../../support/large-image.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { pushChunks } from '../../../support/push-chunks.js';
import { overQuota, setQuota, usageOf } from '../../../support/quotas.js';
import { Wire } from '../../../support/wire.js';

const SIZE = distinctImage('any').length;

describe('a push and quotas', () => {
  let api: TestApi;
  let owner: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    owner = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const limit = (limits: object) => setQuota(api.admin, `accounts/${owner.username}`, limits);

  it('is taken up to the last byte, and refused with the numbers beyond it, before it is sent', async () => {
    await limit({ limit_bytes: 2 * SIZE });
    await pushImage(owner, 'name=a');
    await pushImage(owner, 'name=b');
    await leavingNothing(api, async () => {
      const wire = await Wire.open(owner);
      wire.sendHead('POST', '/images?name=c', { Expect: '100-continue', 'Content-Length': SIZE });
      const body = overQuota(`user ${owner.username}`, 'bytes', {
        limit: 2 * SIZE,
        used: 2 * SIZE,
        reserved: 0,
        asked: SIZE,
      });
      expect(await wire.answer()).toMatchObject({ status: 413, body });
      wire.cut();
    });
  });

  it('counts images, and every one of the same bytes', async () => {
    await limit({ limit_images: 2 });
    await pushImage(owner, 'name=a', 'same');
    await pushImage(owner, 'name=b', 'same');
    const answer = await leavingNothing(api, () => owner.push('name=c', distinctImage('same')));
    const body = overQuota(`user ${owner.username}`, 'images', { limit: 2, used: 2, reserved: 0, asked: 1 });
    expect(answer).toMatchObject({ status: 413, body });
    expect(await usageOf(owner, owner.username)).toMatchObject({ logical_bytes: 2 * SIZE, physical_bytes: SIZE });
  });

  it('holds its whole size while it comes, and gives it back when it breaks off', async () => {
    await limit({ limit_bytes: 2 * SIZE - 1 });
    const first = await beginPush(owner, 'name=a', distinctImage('a'));
    expect(await usageOf(owner, owner.username)).toMatchObject({ images: 0, reserved_images: 1, reserved_bytes: SIZE });
    const refusal = overQuota(`user ${owner.username}`, 'bytes', {
      limit: 2 * SIZE - 1,
      used: 0,
      reserved: SIZE,
      asked: SIZE,
    });
    expect(await owner.push('name=b', distinctImage('b'))).toMatchObject({ status: 413, body: refusal });
    await first.breakOff(10);
    await eventually(async () => expect(await usageOf(owner, owner.username)).toMatchObject({ reserved_bytes: 0 }));
    await pushImage(owner, 'name=b');
  });

  it('counts against the tree, and against its owner whoever pushes', async () => {
    const guest = await newUser(api.admin);
    await newNamespace(owner, 'tree');
    await collaborate(owner, 'tree', guest, 'writer');
    await setQuota(api.admin, `namespaces/${owner.username}/tree`, { limit_images: 1 });
    await setQuota(api.admin, `accounts/${guest.username}`, { limit_images: 0 });
    const query = `namespace=tree/below@${owner.username}`;
    await pushImage(guest, `name=a&${query}`);
    const answer = await leavingNothing(api, () => guest.push(`name=b&${query}`, distinctImage('b')));
    const body = overQuota(`namespace ${owner.username}/tree`, 'images', { limit: 1, used: 1, reserved: 0, asked: 1 });
    expect(answer).toMatchObject({ status: 413, body });
    await pushImage(owner, 'name=b');
  });

  it('of unknown size gets what there is, and is refused the moment that is used up', async () => {
    const image = largeImage(4);
    await limit({ limit_bytes: image.length });
    expect((await pushChunks(owner, 'name=a', image)).status).toBe(201);
    expectStatus(await owner.delete('/images/a'), 204);
    await limit({ limit_bytes: image.length - 1 });
    const answer = await leavingNothing(api, () => pushChunks(owner, 'name=a', image));
    const lacking = { limit: image.length - 1, used: 0, reserved: 0, asked: image.length };
    expect(answer).toMatchObject({ status: 413, body: overQuota(`user ${owner.username}`, 'bytes', lacking) });
  });

  it('is refused at its end where the limit was lowered meanwhile, and leaves nothing', async () => {
    await limit({ limit_bytes: SIZE });
    await leavingNothing(api, async () => {
      const push = await beginPush(owner, 'name=a', distinctImage('a'));
      await limit({ limit_bytes: SIZE - 1 });
      const body = overQuota(`user ${owner.username}`, 'bytes', { limit: SIZE - 1, used: 0, reserved: 0, asked: SIZE });
      expect(await push.finish()).toMatchObject({ status: 413, body });
    });
  });

  it('keeps the room it has where a limit is lowered to what fits', async () => {
    await limit({ limit_bytes: 5 * SIZE });
    const [first, second] = [
      await beginPush(owner, 'name=a', distinctImage('a')),
      await beginPush(owner, 'name=b', distinctImage('b')),
    ];
    await limit({ limit_bytes: SIZE });
    expect((await first.finish()).status).toBe(201);
    expect((await second.finish()).status).toBe(413);
  });

  it('has room again once an image is deleted', async () => {
    await limit({ limit_images: 1 });
    await pushImage(owner, 'name=a');
    expectStatus(await owner.delete('/images/a'), 204);
    await pushImage(owner, 'name=b');
  });

  it('moves an image into a tree only where the tree has room', async () => {
    await newNamespace(owner, 'tree');
    await setQuota(api.admin, `namespaces/${owner.username}/tree`, { limit_bytes: SIZE });
    await pushImage(owner, 'name=a');
    await pushImage(owner, 'name=b');
    expectStatus(await owner.patch('/images/a', { namespace: 'tree' }), 200);
    const answer = await leavingNothing(api, () => owner.patch('/images/b', { namespace: 'tree/below' }));
    const body = overQuota(`namespace ${owner.username}/tree`, 'bytes', {
      limit: SIZE,
      used: SIZE,
      reserved: 0,
      asked: SIZE,
    });
    expect(answer).toMatchObject({ status: 413, body });
    expect((await owner.get('/images/b')).body).toMatchObject({ namespace: null });
    const inTree = encodeURIComponent(`${owner.username}/tree/a`);
    expectStatus(await owner.patch(`/images/${inTree}`, { namespace: 'tree/below' }), 200);
  });
});
