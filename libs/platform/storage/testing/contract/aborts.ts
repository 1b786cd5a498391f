import { randomBytes, randomUUID } from 'node:crypto';
import { newBlobKey } from '../../blob-key.js';
import { StorageError } from '../../storage.errors.js';
import type { Subject } from './subject.js';
import { MIB, pull } from './transfers.js';

/** What must hold for writes that are given up. */
export function describeAborts(subject: Subject): void {
  describe('an aborted write', () => {
    it.each([0, 1, 5 * MIB])('leaves nothing behind after %i bytes', async (sizeBytes) => {
      const staged = await subject.store.stage(randomUUID());
      await staged.write(randomBytes(sizeBytes));
      await staged.abort();
      expect(await subject.store.listStaged()).toEqual([]);
      expect(await subject.listTraces()).toEqual([]);
    });

    it('leaves nothing behind after it was sealed', async () => {
      const staged = await subject.store.stage(randomUUID());
      await staged.write(randomBytes(1000));
      await staged.seal();
      await staged.abort();
      expect(await subject.listTraces()).toEqual([]);
      await expect(staged.commit(newBlobKey())).rejects.toThrow(StorageError);
    });

    it('may be aborted again, even when its id is somebody else’s by now', async () => {
      const id = randomUUID();
      const staged = await subject.store.stage(id);
      await Promise.all([staged.abort(), staged.abort()]);
      const successor = await subject.store.stage(id);
      await staged.abort();
      expect((await subject.store.listStaged()).map(({ stagingId }) => stagingId)).toEqual([id]);
      await successor.abort();
    });

    it('fails the calls that are under way, and all later ones', async () => {
      const staged = await subject.store.stage(randomUUID());
      const writes = [1, 2, 3, 4].map(() => staged.write(randomBytes(4 * MIB)));
      const sealing = staged.seal();
      const outcomes = Promise.allSettled([...writes, sealing]);
      await staged.abort();
      expect((await outcomes).at(-1)).toMatchObject({ status: 'rejected', reason: expect.any(StorageError) });
      await expect(staged.write(Buffer.from('x'))).rejects.toThrow(StorageError);
      expect(await subject.listTraces()).toEqual([]);
    });

    it('stays committed if it was committed before', async () => {
      const staged = await subject.store.stage(randomUUID());
      await staged.write(Buffer.from('kept'));
      await staged.seal();
      const key = newBlobKey();
      await staged.commit(key);
      await staged.abort();
      expect(await pull(subject.store, key)).toEqual(Buffer.from('kept'));
      await subject.store.delete(key);
    });
  });
}
