import { randomBytes } from 'node:crypto';
import type { BlobStore } from '../blob-store.js';
import { StorageFullError } from '../storage.errors.js';
import { describeAborts } from './contract/aborts.js';
import { describeFiles } from './contract/files.js';
import { describeHostileNames } from './contract/hostile-names.js';
import { describeReads } from './contract/reads.js';
import type { Subject } from './contract/subject.js';
import { MIB, push } from './contract/transfers.js';
import { describeUpkeep } from './contract/upkeep.js';
import { describeWrites } from './contract/writes.js';

/** What a driver's spec provides for the contract. */
export interface BlobStoreHarness {
  /** An empty store with room for 64 MiB or more. */
  makeStore(): Promise<BlobStore>;
  /** An empty store without room for a single byte. */
  makeFullStore(): Promise<BlobStore>;
  /** Everything that the backend of the store made last holds, by name: blobs, staged bytes, litter. */
  listTraces(): Promise<string[]>;
  /** Removes the backend of the store made last, which is closed by then. */
  cleanUp?(): Promise<void>;
}

/** What makes a driver a blob store: every driver's spec runs this. No test may leave a trace in the backend. */
export function describeBlobStore(name: string, harness: BlobStoreHarness): void {
  describeWith(
    `${name} as a blob store`,
    harness,
    () => harness.makeStore(),
    (subject) => {
      describeWrites(subject);
      describeAborts(subject);
      describeFiles(subject);
      describeReads(subject);
      describeHostileNames(subject);
      describeUpkeep(subject);
    },
  );

  describeWith(
    `${name} without room`,
    harness,
    () => harness.makeFullStore(),
    (subject) => {
      it('refuses a write by a typed error and keeps nothing of it', async () => {
        await expect(push(subject.store, [randomBytes(MIB)])).rejects.toThrow(StorageFullError);
        expect(await subject.store.listStaged()).toEqual([]);
        expect(await subject.listTraces()).toEqual([]);
      });
    },
  );
}

function describeWith(
  title: string,
  harness: BlobStoreHarness,
  make: () => Promise<BlobStore>,
  tests: (subject: Subject) => void,
): void {
  describe(title, () => {
    // Set before each test, and looked at in tests only.
    const subject = { listTraces: () => harness.listTraces() } as Subject;

    beforeEach(async () => {
      subject.store = await make();
    });

    afterEach(async () => {
      const traces = await harness.listTraces();
      await subject.store.close();
      await harness.cleanUp?.();
      expect(traces).toEqual([]);
    });

    tests(subject);
  });
}
