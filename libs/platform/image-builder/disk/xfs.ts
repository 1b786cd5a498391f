import type { DiskLayout } from './disk-layout.js';
import type { FilesystemJob } from './filesystem-job.js';
import { fittingLayout } from './fitting-layout.js';
import { shell } from './shell.js';
import { runTools } from './tool-run.js';
import { RAW_DISK } from './work-files.js';
import { INODE_BYTES, xfsRoomyBytes, xfsSmallestBytes } from './xfs-size.js';

const FILE = '/work/root.xfs';

/** What every kernel since 4.18 can read; newer ones of mkfs.xfs's own choice are left out. */
const FEATURES = [
  ...['-m', 'crc=1,finobt=1,reflink=1,rmapbt=0,bigtime=0,inobtcount=0,autofsck=0,metadir=0'],
  ...['-i', `size=${INODE_BYTES},sparse=1,nrext64=0,exchange=0`, '-n', 'parent=0'],
];
/** Nothing depends on the worker: neither on its processors nor on its disk. */
const ANYWHERE = ['-b', 'size=4096', '-s', 'size=512', '-d', 'noalign,concurrency=0', '-l', 'concurrency=0'];

/** Where things are on a disk with XFS. @throws DiskRefusedError where the tree does not fit */
export function layOutXfs(job: FilesystemJob): DiskLayout {
  return fittingLayout(job, { smallestBytes: xfsSmallestBytes(job.survey), roomyBytes: xfsRoomyBytes(job.survey) });
}

/**
 * Makes the file system in its place on the raw disk. `mkfs.xfs` fills one from a folder since 6.17, but only at the
 * beginning of a file; whatever is not a hole of that is copied.
 */
export async function makeXfs({ root, identity, preparation }: FilesystemJob, layout: DiskLayout): Promise<void> {
  const { startBytes, sizeBytes } = layout.root;
  const place = `driver=raw,file.driver=file,file.filename=${RAW_DISK},offset=${startBytes},size=${sizeBytes}`;
  const uuid = ['-m', `uuid=${identity.uuid('filesystem')}`, '-L', 'root'];
  await runTools(root, [
    ...preparation,
    shell`truncate -s ${sizeBytes} ${FILE}`,
    // By the two variables it takes its times from, and the numbers that would else be random.
    shell`DETERMINISTIC_SEED=1 mkfs.xfs -q -K ${FEATURES} ${ANYWHERE} ${uuid} -p . ${FILE}`,
    shell`truncate -s ${layout.sizeBytes} ${RAW_DISK}`,
    shell`qemu-img convert -f raw -n --target-is-zero --target-image-opts ${FILE} ${place}`,
    shell`rm ${FILE}`,
  ]);
}
