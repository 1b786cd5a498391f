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

/** What tools say of a tree that they cannot take, and what we say of it. */
const REFUSALS: readonly [RegExp, string][] = [
  [
    /Could not allocate (?:block|inode) in ext2 filesystem|No free space in the directory|Disk full|\[28 - No space left/,
    'The disk is too small for the tree: ask for a larger one by size_bytes',
  ],
  [
    /\[36 - File name too long/,
    'xfs cannot take the tree: a link in it has a target of more than 1023 bytes, or a path more than 4095; ext4 can',
  ],
];

/**
 * Runs commands one after the other, up to the first that fails, by one shell: each start in a tree costs more than most
 * of them.
 * @throws DiskRefusedError where a file system cannot take the tree, else as `RootFilesystem.run`
 */
export async function runTools(root: RootFilesystem, commands: readonly string[]): Promise<string> {
  try {
    return await root.run('sh', ['-ec', [SURROUNDINGS, ...commands].join('\n')]);
  } catch (error) {
    const said = error instanceof SandboxedProgramError ? error.lastWords : '';
    const [, refusal] = REFUSALS.find(([words]) => words.test(said)) ?? [];
    throw refusal === undefined ? error : new DiskRefusedError(refusal, { cause: error });
  }
}
