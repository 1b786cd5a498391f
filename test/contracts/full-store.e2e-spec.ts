import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { FilesystemBlobStore, MemoryBlobStore } from '#platform/storage';
import { startTestApi, type TestApi } from '../support/api.js';
import { distinctImage, expectStatus, pushImage } from '../support/builders.js';
import { leavingNothing } from '../support/leftovers.js';
import { largeImage } from '../support/large-image.js';
import { Wire } from '../support/wire.js';

const MIB = 1024 * 1024;
const NO_ROOM = { message: 'The server has no room for this image; ask its operator' };
const NO_ANSWER = { message: 'The image store does not answer; try again later' };

describe('a store that is full', () => {
  let store: MemoryBlobStore;
  let api: TestApi;
  const large = largeImage(3);
  beforeAll(async () => {
    store = new MemoryBlobStore({ capacityBytes: 2 * MIB });
    api = await startTestApi({ store });
  });
  afterAll(() => api.close());

  it('refuses a declared size that does not fit before the body is sent', async () => {
    const wire = await Wire.open(api.admin);
    wire.sendHead('POST', '/images?name=large', { 'Content-Length': large.length, Expect: '100-continue' });
    expect(await wire.answer()).toMatchObject({ status: 507, body: NO_ROOM });
    wire.cut();
  });

  it('answers 507 to what turns out too large on the way, and keeps nothing of it', async () => {
    await leavingNothing(api, async () => {
      const wire = await Wire.open(api.admin);
      wire.sendHead('POST', '/images?name=large&namespace=new', { 'Transfer-Encoding': 'chunked' });
      for (let sent = 0; sent < large.length; sent += MIB) await wire.sendChunk(large.subarray(sent, sent + MIB));
      await wire.sendChunk();
      expect(await wire.answer()).toMatchObject({ status: 507, body: NO_ROOM });
      wire.cut();
    });
    expect(store.listNames()).toEqual([]);
  });

  it('goes on with what fits, and takes more when something is deleted', async () => {
    const [first, second, third] = [largeImage(1, '1'), distinctImage('2'), largeImage(1, '3')];
    expectStatus(await api.admin.push('name=first', first.subarray()), 201);
    expectStatus(await api.admin.push('name=second', second), 201);
    expect(await api.admin.push('name=third', third)).toMatchObject({ status: 507, body: NO_ROOM });
    expect((await api.admin.pull('/images/first/file')).equals(first)).toBe(true);

    expectStatus(await api.admin.delete('/images/first'), 204);
    expectStatus(await api.admin.push('name=third', third), 201);
    expect((await api.admin.pull('/images/third/file')).equals(third)).toBe(true);
    expect(store.listNames()).toHaveLength(2);
  });
});
