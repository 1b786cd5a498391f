import type { DiskLayout } from './disk-layout.js';
import type { FilesystemJob } from './filesystem-job.js';
import { fittingLayout } from './fitting-layout.js';
import { shell } from './shell.js';
import { ext4RoomyBytes, ext4SmallestBytes, INODE_BYTES, inodeCount, journalBytes } from './ext4-size.js';
import { MIB } from './sizes.js';
import { DISK_TIME_SECONDS, runTools } from './tool-run.js';
import { RAW_DISK } from './work-files.js';

/** What every kernel of the last ten years and GRUB can read; newer ones of mke2fs's own choice are left out. */
const FEATURES = [
  ...['none', 'has_journal', 'ext_attr', 'resize_inode', 'dir_index', 'filetype', 'extent', '64bit', 'flex_bg'],
  ...['sparse_super', 'large_file', 'huge_file', 'dir_nlink', 'extra_isize', 'metadata_csum'],
];
const BLOCK_BYTES = 4096;
/** The first inode that is no part of the file system itself: `lost+found`, then those of the tree. */
const FIRST_INODE = 11;

/** Where things are on a disk with ext4. @throws DiskRefusedError where the tree does not fit */
export function layOutExt4(job: FilesystemJob): DiskLayout {
  return fittingLayout(job, { smallestBytes: ext4SmallestBytes(job.survey), roomyBytes: ext4RoomyBytes(job.survey) });
}

/** Makes the file system in its place on the raw disk. */
export async function makeExt4(job: FilesystemJob, layout: DiskLayout): Promise<void> {
  await runTools(job.root, [
    ...job.preparation,
    shell`truncate -s ${layout.sizeBytes} ${RAW_DISK}`,
    mke2fs(job, layout),
    sameTimes(`${RAW_DISK}?offset=${layout.root.startBytes}`, job.survey.inodes),
  ]);
}

function mke2fs({ identity, survey }: FilesystemJob, { root }: DiskLayout): string {
  const uuid = identity.uuid('filesystem');
  const extended = [
    `offset=${root.startBytes}`,
    `hash_seed=${identity.uuid('hash')}`,
    // The file is new, and so all zeros: nothing is to be discarded now, nor inode tables to be written by the guest.
    ...['nodiscard', 'assume_storage_prezeroed=1', 'root_owner=0:0'],
  ];
  return [
    shell`mke2fs -q -F -t ext4 -O ${FEATURES.join(',')} -b ${BLOCK_BYTES} -I ${INODE_BYTES} -m 0 -L root -U ${uuid}`,
    shell`-N ${inodeCount(survey, root.sizeBytes)} -J ${`size=${journalBytes(root.sizeBytes) / MIB}`}`,
    shell`-E ${extended.join(',')} -d . ${RAW_DISK} ${`${root.sizeBytes / 1024}k`}`,
  ].join(' ');
}

/**
 * When a file was last read, or unpacked here, is no property of the tree: `mke2fs` copies it, we set it to the disk's
 * time. Inodes are given out one after the other.
 */
function sameTimes(disk: string, inodes: number): string {
  const last = FIRST_INODE + inodes - 1;
  const each = ['atime', 'ctime'].map(
    (field) => shell`seq -f ${`sif <%.0f> ${field} @${DISK_TIME_SECONDS}`} ${FIRST_INODE} ${last}`,
  );
  return `{ ${each.join('; ')}; } | ${shell`debugfs -w -f - ${disk}`} >/dev/null 2>&1`;
}
