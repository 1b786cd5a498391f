import { mkdir, mkdtemp, readdir, rename, rm, rmdir, unlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilesystemBlobStore, MemoryBlobStore } from '#platform/storage';
import { startTestApi, type TestApi } from '../support/api.js';
import { distinctImage, expectStatus, pushImage } from '../support/builders.js';
import { largeImage } from '../support/large-image.js';
import { leavingNothing } from '../support/leftovers.js';
import { Wire } from '../support/wire.js';

const NO_ROOM = { status: 507, body: { message: 'The server has no room for this image; ask its operator' } };
const NO_ANSWER = { status: 503, body: { message: 'The image store does not answer; try again later' } };

describe('a store that is full', () => {
  const [medium, other, large] = [largeImage(1, 'medium'), largeImage(1, 'other'), largeImage(8, 'large')];
  let store: MemoryBlobStore;
  let api: TestApi;
  beforeAll(async () => {
    store = new MemoryBlobStore({ capacityBytes: medium.length * 1.5 });
    api = await startTestApi({ store });
  });
  afterAll(() => api.close());

  it('refuses a declared size that does not fit before the body is sent', async () => {
    await leavingNothing(api, async () => {
      const wire = await Wire.open(api.admin);
      wire.sendHead('POST', '/images?name=large', { 'Content-Length': large.length, Expect: '100-continue' });
      expect(await wire.answer()).toMatchObject(NO_ROOM);
      wire.cut();
    });
  });

  it('answers 507 to what turns out too large on the way, and keeps nothing of it', async () => {
    await leavingNothing(api, async () => {
      const wire = await Wire.open(api.admin);
      wire.sendHead('POST', '/images?name=large&namespace=new', { 'Transfer-Encoding': 'chunked' });
      await wire.sendChunk(large);
      expect(await wire.answer()).toMatchObject(NO_ROOM);
      wire.cut();
    });
    expect(store.listNames()).toEqual([]);
  });

  it('goes on with what fits, and takes more when something is deleted', async () => {
    const small = distinctImage('small');
    expectStatus(await api.admin.push('name=medium', medium), 201);
    expectStatus(await api.admin.push('name=small', small), 201);
    expect(await api.admin.push('name=other', other)).toMatchObject(NO_ROOM);
    expect((await api.admin.pull('/images/medium/file')).equals(medium)).toBe(true);

    expectStatus(await api.admin.delete('/images/medium'), 204);
    expectStatus(await api.admin.push('name=other', other), 201);
    expect((await api.admin.pull('/images/other/file')).equals(other)).toBe(true);
    expect(store.listNames()).toHaveLength(2);
  });
});

describe('MIN_FREE_BYTES', () => {
  it('is kept free: 507 before the body is sent, whatever its size, and the server goes on', async () => {
    const root = await mkdtemp(join(tmpdir(), 'diskyard-full-'));
    const api = await startTestApi({ store: await FilesystemBlobStore.open({ root, minFreeBytes: 2 ** 60 }) });
    await leavingNothing(api, async () => {
      for (const [header, value] of Object.entries({ 'Content-Length': 1, 'Transfer-Encoding': 'chunked' })) {
        const wire = await Wire.open(api.admin);
        wire.sendHead('POST', '/images?name=disk', { [header]: value, Expect: '100-continue' });
        expect(await wire.answer()).toMatchObject(NO_ROOM);
        wire.cut();
      }
    });
    expect(await readdir(join(root, 'staging'))).toEqual([]);
    expect(await api.admin.get('/images')).toMatchObject({ status: 200, body: [] });
    await api.close();
    await rm(root, { recursive: true });
  });
});

describe('a store that fails', () => {
  let api: TestApi;
  let blobs: string;
  beforeAll(async () => {
    api = await startTestApi();
    blobs = join(api.storeDir, 'blobs');
  });
  afterAll(() => api.close());

  async function onlyFile(): Promise<string> {
    const entries = await readdir(blobs, { recursive: true, withFileTypes: true });
    const [file, ...others] = entries.filter((entry) => entry.isFile());
    if (!file || others.length > 0) throw new Error('there should be one file');
    return join(file.parentPath, file.name);
  }

  it('to read answers 503 to a download and to nothing else, until it reads again', async () => {
    const image = await pushImage(api.admin, 'name=disk');
    const file = await onlyFile();
    await rename(file, `${file}.away`);
    expect(await api.admin.get('/images/disk/file')).toMatchObject(NO_ANSWER);
    await mkdir(file); // which opens, and cannot be read
    expect(await api.admin.get('/images/disk/file')).toMatchObject(NO_ANSWER);
    expect(await api.admin.get('/images/disk')).toMatchObject({ status: 200, body: { status: 'available' } });

    await rmdir(file);
    await rename(`${file}.away`, file);
    expect((await api.admin.pull('/images/disk/file')).equals(image.bytes)).toBe(true);
  });

  it('counts no download that it could not serve', async () => {
    const before = (await api.admin.get('/images/disk')).body;
    const file = await onlyFile();
    await rename(file, `${file}.away`);
    expect(await api.admin.get('/images/disk/file')).toMatchObject(NO_ANSWER);
    expect((await api.admin.get('/images/disk')).body).toEqual(before);
    await rename(`${file}.away`, file);
  });

  it('to write answers 503 to a push and is not ready, until it writes again', async () => {
    const staging = join(api.storeDir, 'staging');
    await rmdir(staging);
    await writeFile(staging, 'in the way');
    expect(await api.admin.push('name=unwritten', distinctImage('unwritten'))).toMatchObject(NO_ANSWER);
    expect(await api.anonymous.get('/health/ready')).toMatchObject({
      status: 503,
      body: { checks: { database: { ok: true }, storage: { ok: false } } },
    });

    await unlink(staging);
    await mkdir(staging);
    expectStatus(await api.admin.push('name=unwritten', distinctImage('unwritten')), 201);
    expect((await api.anonymous.get('/health/ready')).status).toBe(200);
  });
});
