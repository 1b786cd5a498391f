import { describeBlobStore } from '../../testing/blob-store.contract.js';
import { StorageFullError } from '../../storage.errors.js';
import { MemoryBlobStore } from './memory-blob-store.js';

let store: MemoryBlobStore;

describeBlobStore('memory', {
  makeStore: async () => (store = new MemoryBlobStore()),
  makeFullStore: async () => (store = new MemoryBlobStore({ capacityBytes: 0 })),
  listTraces: async () => store.listNames(),
});

describe('MemoryBlobStore', () => {
  it('counts staged bytes as taken, and gives them back when the write is aborted', async () => {
    const small = new MemoryBlobStore({ capacityBytes: 10 });
    const first = await small.stage('first');
    await first.write(Buffer.alloc(6));
    expect(await small.check()).toEqual({ freeBytes: 4 });
    const second = await small.stage('second');
    await expect(second.write(Buffer.alloc(5))).rejects.toThrow(StorageFullError);
    await first.abort();
    expect(await small.check()).toEqual({ freeBytes: 10 });
  });
});
