import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { buffer } from 'node:stream/consumers';
import { newBlobKey } from '../../blob-key.js';
import type { ByteRange } from '../../blob-store.js';
import { releaseMemory } from '../../release-memory.js';
import { BlobNotFoundError } from '../../storage.errors.js';
import type { Subject } from './subject.js';
import { MIB, pull, push } from './transfers.js';

/** What must hold for blobs that are there, or no more. */
export function describeReads(subject: Subject): void {
  describe('a read', () => {
    it.each<ByteRange>([
      { offset: 0, length: 1 },
      { offset: 0, length: 1_000_000 },
      { offset: 1, length: 999_999 },
      { offset: 123_457, length: 300_001 },
      { offset: 999_999, length: 1 },
      { offset: 10, length: 0 },
    ])('gives %j and no byte more', async (range) => {
      const bytes = randomBytes(1_000_000);
      const { key } = await push(subject.store, [bytes]);
      const expected = bytes.subarray(range.offset, range.offset + range.length);
      expect((await pull(subject.store, key, range)).equals(expected)).toBe(true);
      await subject.store.delete(key);
    });

    it('gives bytes that are the reader’s own, to overwrite or release', async () => {
      const { key } = await push(subject.store, [Buffer.from('0123456789')]);
      for await (const chunk of (await subject.store.open(key)) as AsyncIterable<Buffer>) {
        chunk.fill(0);
        releaseMemory(chunk);
      }
      expect(await pull(subject.store, key)).toEqual(Buffer.from('0123456789'));
      await subject.store.delete(key);
    });

    it('ends where the blob ends', async () => {
      const { key } = await push(subject.store, [Buffer.from('0123456789')]);
      expect(await pull(subject.store, key, { offset: 7, length: 100 })).toEqual(Buffer.from('789'));
      expect(await pull(subject.store, key, { offset: 10, length: 1 })).toHaveLength(0);
      expect(await pull(subject.store, key, { offset: 1_000_000, length: 1 })).toHaveLength(0);
      await subject.store.delete(key);
    });

    it.each([
      [-1, 1],
      [0, -1],
      [0.5, 1],
      [0, NaN],
    ])('refuses the impossible range %p, %p', async (offset, length) => {
      const { key } = await push(subject.store, [Buffer.from('bytes')]);
      await expect(subject.store.open(key, { offset, length })).rejects.toThrow(RangeError);
      await subject.store.delete(key);
    });

    it('disturbs no other of the same blob', async () => {
      const bytes = randomBytes(3 * MIB);
      const { key } = await push(subject.store, [Buffer.from(bytes)]);
      const reads = await Promise.all(Array.from({ length: 16 }, () => pull(subject.store, key)));
      expect(reads.every((read) => read.equals(bytes))).toBe(true);
      await subject.store.delete(key);
    });

    it('finishes undisturbed when the blob is deleted meanwhile', async () => {
      const bytes = randomBytes(4 * MIB);
      const { key } = await push(subject.store, [Buffer.from(bytes)]);
      const reading = await subject.store.open(key);
      await once(reading, 'readable');
      await subject.store.delete(key);
      await expect(subject.store.open(key)).rejects.toThrow(BlobNotFoundError);
      expect((await buffer(reading)).equals(bytes)).toBe(true);
    });

    it('may stop early', async () => {
      const { key } = await push(subject.store, [randomBytes(2 * MIB)]);
      const reading = await subject.store.open(key);
      await once(reading, 'readable');
      reading.destroy();
      await once(reading, 'close');
      expect(reading.errored).toBeNull();
      await subject.store.delete(key);
    });

    it('of a key without a blob is refused before a byte is given', async () => {
      await expect(subject.store.open(newBlobKey())).rejects.toThrow(BlobNotFoundError);
      await expect(subject.store.open(newBlobKey(), { offset: 0, length: 0 })).rejects.toThrow(BlobNotFoundError);
    });
  });

  describe('a delete', () => {
    it('frees the blob, and is as good the second time', async () => {
      const { key } = await push(subject.store, [Buffer.from('bytes')]);
      await subject.store.delete(key);
      await subject.store.delete(key);
      await expect(subject.store.open(key)).rejects.toThrow(BlobNotFoundError);
      expect(await subject.listTraces()).toEqual([]);
    });

    it('of a key that never was is fine', async () => {
      await expect(subject.store.delete(newBlobKey())).resolves.toBeUndefined();
    });
  });
}
