import type { BlobStore } from '../../blob-store.js';

/** What the tests look at: `store` is a new, empty one for each. */
export interface Subject {
  store: BlobStore;
  /** Everything that the backend of `store` holds, by name: blobs, staged bytes, litter. */
  listTraces(): Promise<string[]>;
}
