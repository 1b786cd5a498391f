import { randomUUID } from 'node:crypto';
import { isStagingId } from '../../blob-key.js';
import { BlobNotFoundError } from '../../storage.errors.js';
import type { Subject } from './subject.js';

const HOSTILE_NAMES = [
  '',
  '.',
  '..',
  '../x',
  '../../../../etc/passwd',
  '/etc/passwd',
  'a/b',
  'a\\b',
  'a\0b',
  '\0',
  'é'.repeat(32),
  `${'a'.repeat(32)}\n`,
  'A'.repeat(32),
  'a'.repeat(100_000),
  '%2e%2e%2f',
];

/** What must hold for names that would lead out of the store. */
export function describeHostileNames(subject: Subject): void {
  describe('a hostile name', () => {
    it.each(HOSTILE_NAMES.map((hostile) => [hostile.slice(0, 40), hostile]))('%j leads nowhere', async (_, hostile) => {
      await expect(subject.store.open(hostile)).rejects.toThrow(BlobNotFoundError);
      await expect(subject.store.delete(hostile)).rejects.toThrow(RangeError);
      const staged = await subject.store.stage(randomUUID());
      await staged.seal();
      await expect(staged.commit(hostile)).rejects.toThrow(RangeError);
      await staged.abort();
    });

    it.each(HOSTILE_NAMES.filter((hostile) => !isStagingId(hostile)))('%j stages nothing', async (hostile) => {
      await expect(subject.store.stage(hostile)).rejects.toThrow(RangeError);
      await expect(subject.store.discardStaged(hostile)).rejects.toThrow(RangeError);
    });
  });
}
