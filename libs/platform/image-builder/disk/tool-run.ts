import { SandboxedProgramError } from '#platform/sandbox';
import type { RootFilesystem } from '../root-filesystem.js';
import { DiskRefusedError } from './disk.errors.js';

/** 2020-01-01T00:00:00Z: when every disk was made, as far as it can tell. */
export const DISK_TIME_SECONDS = 1_577_836_800;

/** What makes the tools say that time, and sort and speak the same on every worker. */
const SURROUNDINGS = [
  `export LC_ALL=C TZ=UTC SOURCE_DATE_EPOCH=${DISK_TIME_SECONDS} E2FSPROGS_FAKE_TIME=${DISK_TIME_SECONDS}`,
  // The system's own settings must not leak into a disk, nor doubts of mtools about a disk that is half done.
  'export MKE2FS_CONFIG=/dev/null MTOOLSRC=/dev/null MTOOLS_SKIP_CHECK=1',
].join('\n');

const FULL = /Could not allocate (?:block|inode) in ext2 filesystem|No free space in the directory|Disk full/;

/**
 * Runs commands one after the other, up to the first that fails, by one shell: each start in a tree costs more than most
 * of them.
 * @throws DiskRefusedError where a file system was too small after all, else as `RootFilesystem.run`
 */
export async function runTools(root: RootFilesystem, commands: readonly string[]): Promise<string> {
  try {
    return await root.run('sh', ['-ec', [SURROUNDINGS, ...commands].join('\n')]);
  } catch (error) {
    if (error instanceof SandboxedProgramError && FULL.test(error.lastWords)) {
      throw new DiskRefusedError('The disk is too small for the tree: ask for a larger one by size_bytes', {
        cause: error,
      });
    }
    throw error;
  }
}
