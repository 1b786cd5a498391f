import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const SCRIPT = join(import.meta.dirname, '../../scripts/xfsprogs.mjs');

/**
 * Absolute path of a folder with `mkfs.xfs`, `xfs_db` and `xfs_repair` as builds want them, fetched where no earlier run has.
 * Fails with a hint where that cannot be.
 */
export async function xfsTools(): Promise<string> {
  try {
    return (await promisify(execFile)(process.execPath, [SCRIPT])).stdout.trim();
  } catch (error) {
    throw new Error('no mkfs.xfs: scripts/xfsprogs.mjs needs apt and dpkg, and a Debian mirror', { cause: error });
  }
}
