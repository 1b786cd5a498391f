import type { RootFilesystem } from '../root-filesystem.js';
import type { DiskIdentity } from './disk-identity.js';
import type { DiskOptions } from './disk-options.js';
import type { TreeSurvey } from './tree-survey.js';

/** A tree that becomes the file system of a disk. */
export interface FilesystemJob {
  readonly root: RootFilesystem;
  readonly options: DiskOptions;
  readonly identity: DiskIdentity;
  readonly survey: TreeSurvey;
  /** Commands that make the tree ready. */
  readonly preparation: readonly string[];
  /** Of the boot partition before it; 0 for none. */
  readonly bootBytes: number;
}
