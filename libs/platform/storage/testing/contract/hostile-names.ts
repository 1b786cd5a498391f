import { randomUUID } from 'node:crypto';
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
    it.each(titled(HOSTILE_NAMES))('%j leads nowhere', async (_, name) => {
      await expect(subject.store.open(name)).rejects.toThrow(BlobNotFoundError);
      await expect(subject.store.delete(name)).rejects.toThrow(RangeError);
      await expect(subject.store.stage(name)).rejects.toThrow(RangeError);
      await expect(subject.store.discardStaged(name)).rejects.toThrow(RangeError);
    });

    it('is nothing to commit to', async () => {
      const staged = await subject.store.stage(randomUUID());
      await staged.seal();
      for (const name of HOSTILE_NAMES) await expect(staged.commit(name)).rejects.toThrow(RangeError);
      await staged.abort();
    });
  });
}

/** Long names are cut for the title. */
function titled(names: string[]): [string, string][] {
  return names.map((name) => [name.slice(0, 40), name]);
}
