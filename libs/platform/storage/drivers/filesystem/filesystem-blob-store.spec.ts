import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { newBlobKey } from '../../blob-key.js';
import { describeBlobStore } from '../../testing/blob-store.contract.js';
import { FilesystemBlobStore } from './filesystem-blob-store.js';

let root: string;

async function makeStore(minFreeBytes?: number): Promise<FilesystemBlobStore> {
  root = await mkdtemp(join(tmpdir(), 'blob-store-'));
  return FilesystemBlobStore.open({ root, minFreeBytes });
}

describeBlobStore('a directory', {
  makeStore: () => makeStore(),
  makeFullStore: () => makeStore(Number.MAX_SAFE_INTEGER),
  listTraces: async () => {
    const entries = await readdir(root, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => join(entry.parentPath, entry.name));
  },
  cleanUp: () => rm(root, { recursive: true }),
});

describe('a directory, and files of another file system', () => {
  let elsewhere: string;
  beforeEach(async () => {
    elsewhere = await mkdtemp('/dev/shm/blob-store-');
  });
  afterEach(() => Promise.all([root, elsewhere].map((folder) => rm(folder, { recursive: true }))));

  it('takes them over, and lends them, by a copy', async () => {
    const store = await makeStore();
    expect((await stat(elsewhere)).dev).not.toBe((await stat(root)).dev);
    const [mine, lent] = [join(elsewhere, 'mine'), join(elsewhere, 'lent')];
    await writeFile(mine, 'bytes');
    const staged = await store.stageFile('from-elsewhere', mine);
    await expect(access(mine)).rejects.toThrow('ENOENT');
    expect(await staged.seal()).toMatchObject({ sizeBytes: 5 });
    const key = newBlobKey();
    await staged.commit(key);
    expect((await buffer(await store.open(key))).toString()).toBe('bytes');
    await store.lend(key, lent);
    expect(await readFile(lent, 'utf8')).toBe('bytes');
    await store.close();
  });
});
