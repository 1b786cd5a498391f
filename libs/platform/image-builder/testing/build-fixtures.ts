import { join } from 'node:path';
import type { AssembleDisk } from '../index.js';

/** What builds of these tests may have. */
export const BUILD_LIMITS = {
  cpuSeconds: 60,
  memoryBytes: 2 ** 30,
  fileBytes: 2 ** 28,
  diskBytes: 2 ** 29,
  wallMs: 60_000,
  processes: 200,
};

/** Stands for a disk: the names of the tree's files, and who owns them. What makes host names known is the builder's. */
export const listTree: AssembleDisk = async (root) => {
  await root.run('sh', [
    '-c',
    'find . -type f ! -name busybox ! -path ./etc/hostname -printf "%P %u %m\\n" | sort > /work/disk',
  ]);
  return { path: join(root.dir, 'disk'), bootable: false, firmware: [] };
};
