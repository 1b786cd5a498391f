import { randomUUID } from 'node:crypto';
import { newBlobKey } from '../../blob-key.js';
import { BlobNotFoundError, StorageError } from '../../storage.errors.js';
import type { Subject } from './subject.js';

/** What must hold for sweeping, checking and closing. */
export function describeUpkeep(subject: Subject): void {
  describe('leftovers', () => {
    it('are listed with the time of their last change, and gone once discarded', async () => {
      const earliest = Date.now() - 2000;
      const left = await subject.store.stage('left-behind');
      await left.write(Buffer.from('bytes'));
      const other = await subject.store.stage('other');
      const listed = await subject.store.listStaged();
      expect(listed.map(({ stagingId }) => stagingId).sort()).toEqual(['left-behind', 'other']);
      expect(listed.every(({ modifiedAt }) => modifiedAt.getTime() >= earliest)).toBe(true);
      await subject.store.discardStaged('left-behind');
      await subject.store.discardStaged('left-behind');
      expect((await subject.store.listStaged()).map(({ stagingId }) => stagingId)).toEqual(['other']);
      await left.abort();
      await other.abort();
    });

    it('cannot be committed once discarded', async () => {
      const staged = await subject.store.stage('discarded');
      await staged.seal();
      await subject.store.discardStaged('discarded');
      const key = newBlobKey();
      await expect(staged.commit(key)).rejects.toThrow(StorageError);
      await staged.abort();
      await expect(subject.store.open(key)).rejects.toThrow(BlobNotFoundError);
    });
  });

  describe('a check', () => {
    it('passes, tells the free space where there is such a number, and leaves nothing behind', async () => {
      const { freeBytes } = await subject.store.check();
      expect(freeBytes ?? Infinity).toBeGreaterThan(0);
      expect(await subject.listTraces()).toEqual([]);
    });
  });

  describe('a closed store', () => {
    it('takes no writes', async () => {
      await subject.store.close();
      await expect(subject.store.stage(randomUUID())).rejects.toThrow(StorageError);
    });

    it('may be closed again', async () => {
      await subject.store.close();
      await expect(subject.store.close()).resolves.toBeUndefined();
    });
  });
}
