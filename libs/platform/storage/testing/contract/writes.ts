import { randomBytes, randomUUID } from 'node:crypto';
import { newBlobKey } from '../../blob-key.js';
import { BlobNotFoundError, StorageError } from '../../storage.errors.js';
import type { Subject } from './subject.js';
import { MIB, pull, push, sha256, slices } from './transfers.js';

/** What must hold for writes that go well, and for mistakes of the caller. */
export function describeWrites(subject: Subject): void {
  describe('a write', () => {
    it('gives back bit for bit what was written, with its size and SHA-256', async () => {
      const bytes = randomBytes(MIB + 7);
      const { key, sealed } = await push(subject.store, [bytes]);
      expect(sealed).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
      expect((await pull(subject.store, key)).equals(bytes)).toBe(true);
      await subject.store.delete(key);
    });

    it('may be empty', async () => {
      const { key, sealed } = await push(subject.store, []);
      expect(sealed).toEqual({ sizeBytes: 0, sha256: sha256(Buffer.alloc(0)) });
      expect(await pull(subject.store, key)).toHaveLength(0);
      await subject.store.delete(key);
    });

    it('may be large', async () => {
      const bytes = randomBytes(48 * MIB);
      const { key, sealed } = await push(subject.store, slices(bytes, 64 * 1024));
      expect(sealed).toEqual({ sizeBytes: bytes.length, sha256: sha256(bytes) });
      expect(sha256(await pull(subject.store, key))).toBe(sealed.sha256);
      await subject.store.delete(key);
    });

    it.each([
      ['a byte each', 1, 3000],
      ['an odd number of bytes', 65_521, 5 * MIB + 3],
      ['three MiB each', 3 * MIB, 10 * MIB],
    ])('takes chunks of %s', async (_, chunkBytes, sizeBytes) => {
      const bytes = randomBytes(sizeBytes);
      const { key, sealed } = await push(subject.store, slices(bytes, chunkBytes));
      expect(sealed).toEqual({ sizeBytes, sha256: sha256(bytes) });
      expect((await pull(subject.store, key)).equals(bytes)).toBe(true);
      await subject.store.delete(key);
    });

    it('takes views into a buffer that others use as well, and leaves the rest of it alone', async () => {
      const shared = new Uint8Array(new SharedArrayBuffer(300_000)).fill(1);
      const pooled = Buffer.from('from the pool');
      const own = randomBytes(200_000);
      const expected = Buffer.concat([shared.subarray(10, 150_010), pooled, own.subarray(5, 100_005)]);
      const { key, sealed } = await push(subject.store, [
        shared.subarray(10, 150_010),
        pooled,
        own.subarray(5, 100_005),
      ]);
      expect(sealed.sha256).toBe(sha256(expected));
      expect(shared).toHaveLength(300_000);
      expect(own).toHaveLength(200_000);
      await subject.store.delete(key);
    });

    it('takes empty chunks as nothing', async () => {
      const { key, sealed } = await push(subject.store, [new Uint8Array(0), Buffer.from('x'), new Uint8Array(0)]);
      expect(sealed.sizeBytes).toBe(1);
      await subject.store.delete(key);
    });

    it('keeps the order of chunks that nobody waited for', async () => {
      const bytes = randomBytes(4 * MIB + 1);
      const staged = await subject.store.stage(randomUUID());
      const writes = slices(bytes, 100_003).map((chunk) => staged.write(chunk));
      const sealed = await staged.seal();
      await Promise.all(writes);
      expect(sealed.sha256).toBe(sha256(bytes));
      await staged.abort();
    });

    it('does not mix with others at the same time', async () => {
      const contents = Array.from({ length: 12 }, (_, index) => randomBytes(MIB + index * 70_001));
      const pushed = await Promise.all(contents.map((bytes) => push(subject.store, slices(bytes, 50_021))));
      expect(pushed.map(({ sealed }) => sealed.sha256)).toEqual(contents.map(sha256));
      const pulled = await Promise.all(pushed.map(({ key }) => pull(subject.store, key)));
      expect(pulled.map(sha256)).toEqual(contents.map(sha256));
      await Promise.all(pushed.map(({ key }) => subject.store.delete(key)));
    });

    it('cannot be read through the store before it is committed', async () => {
      const key = newBlobKey();
      const staged = await subject.store.stage(key);
      await staged.write(randomBytes(2 * MIB));
      await staged.seal();
      await expect(subject.store.open(key)).rejects.toThrow(BlobNotFoundError);
      await staged.commit(key);
      expect(await pull(subject.store, key)).toHaveLength(2 * MIB);
      await subject.store.delete(key);
    });

    it('reads back what it sealed, from anywhere in it', async () => {
      const bytes = randomBytes(MIB);
      const staged = await subject.store.stage(randomUUID());
      await staged.write(Buffer.from(bytes));
      await staged.seal();
      expect(await staged.read(0, 16)).toEqual(bytes.subarray(0, 16));
      expect(await staged.read(500_000, 4097)).toEqual(bytes.subarray(500_000, 504_097));
      expect(await staged.read(MIB - 3, 100)).toEqual(bytes.subarray(MIB - 3));
      expect(await staged.read(MIB, 1)).toHaveLength(0);
      expect(await staged.read(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)).toHaveLength(0);
      await expect(staged.read(-1, 1)).rejects.toThrow(RangeError);
      await staged.abort();
    });

    it('refuses steps out of order, and is none the worse for it', async () => {
      const staged = await subject.store.stage(randomUUID());
      await expect(staged.read(0, 1)).rejects.toThrow(StorageError);
      await expect(staged.commit(newBlobKey())).rejects.toThrow(StorageError);
      await staged.write(Buffer.from('bytes'));
      await staged.seal();
      await expect(staged.write(Buffer.from('more'))).rejects.toThrow(StorageError);
      await expect(staged.seal()).rejects.toThrow(StorageError);
      const key = newBlobKey();
      await staged.commit(key);
      await expect(staged.commit(newBlobKey())).rejects.toThrow(StorageError);
      await expect(staged.read(0, 1)).rejects.toThrow(StorageError);
      expect(await pull(subject.store, key)).toEqual(Buffer.from('bytes'));
      await subject.store.delete(key);
    });

    it('refuses a staging id that is in use, and leaves that write alone', async () => {
      const id = randomUUID();
      const first = await subject.store.stage(id);
      await first.write(Buffer.from('first'));
      await expect(subject.store.stage(id)).rejects.toThrow('There is such a write already');
      expect((await first.seal()).sha256).toBe(sha256(Buffer.from('first')));
      await first.abort();
    });

    it('never replaces a blob', async () => {
      const { key } = await push(subject.store, [Buffer.from('old')]);
      const staged = await subject.store.stage(randomUUID());
      await staged.write(Buffer.from('new'));
      await staged.seal();
      await expect(staged.commit(key)).rejects.toThrow(StorageError);
      await staged.abort();
      expect(await pull(subject.store, key)).toEqual(Buffer.from('old'));
      await subject.store.delete(key);
    });
  });
}
