import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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
