import { randomBytes, randomUUID } from 'node:crypto';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { newBlobKey } from '../../blob-key.js';
import { BlobNotFoundError, StorageError } from '../../storage.errors.js';
import type { Subject } from './subject.js';
import { MIB, pull, push, sha256 } from './transfers.js';

/** What must hold where whole local files come and go. */
export function describeFiles(subject: Subject): void {
  let folder: string;
  let path: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'local-files-'));
    path = join(folder, 'file');
  });
  afterEach(() => rm(folder, { recursive: true }));

  describe('a file that is taken over', () => {
    it.each([0, 1, 3 * MIB + 7])(
      'becomes a blob, bit for bit, and is gone where it was: %i bytes',
      async (sizeBytes) => {
        const bytes = randomBytes(sizeBytes);
        await writeFile(path, bytes);
        const staged = await subject.store.stageFile(randomUUID(), path);
        await expect(access(path)).rejects.toThrow('ENOENT');
        expect(await staged.seal()).toEqual({ sizeBytes, sha256: sha256(bytes) });
        expect(await staged.read(0, 16)).toEqual(bytes.subarray(0, 16));
        expect(await staged.read(sizeBytes, 1)).toHaveLength(0);
        const key = newBlobKey();
        await staged.commit(key);
        expect((await pull(subject.store, key)).equals(bytes)).toBe(true);
        await subject.store.delete(key);
      },
    );

    it('is a leftover until it is committed, and gone once aborted, at whatever step', async () => {
      for (const seal of [false, true]) {
        await writeFile(path, randomBytes(MIB));
        const staged = await subject.store.stageFile('taken-over', path);
        expect((await subject.store.listStaged()).map(({ stagingId }) => stagingId)).toEqual(['taken-over']);
        if (seal) await staged.seal();
        await staged.abort();
        expect(await subject.listTraces()).toEqual([]);
      }
    });

    it('fails its seal when it is aborted meanwhile', async () => {
      await writeFile(path, randomBytes(8 * MIB));
      const staged = await subject.store.stageFile(randomUUID(), path);
      const sealing = staged.seal().then(
        () => 'sealed',
        (error: unknown) => error,
      );
      await staged.abort();
      expect(['sealed', expect.any(StorageError)]).toContainEqual(await sealing);
      expect(await subject.listTraces()).toEqual([]);
    });

    it('takes no further bytes', async () => {
      await writeFile(path, 'whole');
      const staged = await subject.store.stageFile(randomUUID(), path);
      await expect(staged.write(Buffer.from('more'))).rejects.toThrow(StorageError);
      await staged.abort();
    });

    it('never takes the place of a write under way', async () => {
      await writeFile(path, 'second');
      const first = await subject.store.stage('in-use');
      await expect(subject.store.stageFile('in-use', path)).rejects.toThrow('There is such a write already');
      await expect(subject.store.stageFile('../x', path)).rejects.toThrow(RangeError);
      await first.abort();
    });
  });

  describe('a blob that is lent', () => {
    it('is a file with its bytes, which may be removed without harm, and outlives it', async () => {
      const bytes = randomBytes(MIB);
      const { key } = await push(subject.store, [bytes]);
      await subject.store.lend(key, path);
      expect((await readFile(path)).equals(bytes)).toBe(true);
      await rm(path);
      expect((await pull(subject.store, key)).equals(bytes)).toBe(true);
      await subject.store.lend(key, path);
      await subject.store.delete(key);
      expect((await readFile(path)).equals(bytes)).toBe(true);
    });

    it('takes no file’s place, and must be there', async () => {
      const { key } = await push(subject.store, [randomBytes(10)]);
      await writeFile(path, 'mine');
      await expect(subject.store.lend(key, path)).rejects.toThrow(StorageError);
      expect(await readFile(path, 'utf8')).toBe('mine');
      await subject.store.delete(key);
      await expect(subject.store.lend(key, join(folder, 'other'))).rejects.toThrow(BlobNotFoundError);
      await expect(subject.store.lend('../x', join(folder, 'other'))).rejects.toThrow(BlobNotFoundError);
    });
  });
}
