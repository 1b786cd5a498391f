import { DiskRefusedError } from './disk.errors.js';
import { type DiskLayout, layoutAround, layoutWithin } from './disk-layout.js';
import type { FilesystemJob } from './filesystem-job.js';
import { shell } from './shell.js';
import { ext4RoomyBytes, ext4SmallestBytes, INODE_BYTES, inodeCount, journalBytes } from './ext4-size.js';
import { inMiB, MIB } from './sizes.js';
import { entryAt, type TreeSurvey } from './tree-survey.js';
import { DISK_TIME_SECONDS, runTools } from './tool-run.js';
import { RAW_DISK } from './work-files.js';

/** What every kernel of the last ten years and GRUB can read; newer ones of mke2fs's own choice are left out. */
const FEATURES = [
  ...['none', 'has_journal', 'ext_attr', 'resize_inode', 'dir_index', 'filetype', 'extent', '64bit', 'flex_bg'],
  ...['sparse_super', 'large_file', 'huge_file', 'dir_nlink', 'extra_isize', 'metadata_csum'],
];
const BLOCK_BYTES = 4096;
const HOSTNAME_FILE = '/work/hostname';
/** The first inode that is no part of the file system itself: `lost+found`, then those of the tree. */
const FIRST_INODE = 11;

/** Where things are on a disk with ext4. @throws DiskRefusedError where the tree does not fit */
export function layOutExt4({ options, survey, bootBytes }: FilesystemJob): DiskLayout {
  const { partitioning, sizeBytes } = options;
  if (sizeBytes === undefined) return layoutAround(partitioning, bootBytes, ext4RoomyBytes(survey));
  const smallest = layoutAround(partitioning, bootBytes, ext4SmallestBytes(survey));
  if (sizeBytes >= smallest.sizeBytes) return layoutWithin(partitioning, bootBytes, sizeBytes);
  throw new DiskRefusedError(
    `The disk is too small: ${inMiB(sizeBytes)} were asked for, but the tree (${inMiB(survey.allocatedBytes)} in ` +
      `${survey.inodes} files and folders) needs a disk of at least ${inMiB(smallest.sizeBytes)} (size_bytes ${smallest.sizeBytes})`,
  );
}

/** Makes the file system in its place on the raw disk. */
export async function makeExt4(job: FilesystemJob, layout: DiskLayout): Promise<void> {
  const { root, options, survey } = job;
  const disk = `${RAW_DISK}?offset=${layout.root.startBytes}`;
  const printed = await runTools(root, [
    shell`truncate -s ${layout.sizeBytes} ${RAW_DISK}`,
    mke2fs(job, layout),
    sameTimes(disk, survey.inodes),
    ...(options.hostname === undefined ? [] : [writeHostname(disk, options.hostname, survey)]),
  ]);
  if (options.hostname !== undefined && !printed.includes(`\n${options.hostname}\n`)) {
    // debugfs tells of its failures, and ends well all the same.
    throw new DiskRefusedError('The host name cannot be set: the disk is too small for it');
  }
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

/** Writes the name into the image and leaves the tree as it is: links then lead nowhere but within the image. */
function writeHostname(disk: string, hostname: string, survey: TreeSurvey): string {
  const commands = [
    // Where there is one, debugfs would leave half a folder behind.
    ...(entryAt(survey, 'etc') ? [] : ['mkdir /etc']),
    'cd /etc',
    'rm hostname',
    `write ${HOSTNAME_FILE} hostname`,
    'sif hostname mode 0100644',
    'cat /etc/hostname',
  ];
  return [
    shell`echo ${hostname} >${HOSTNAME_FILE}`,
    shell`printf '%s\n' ${commands} | debugfs -w -f - ${disk}`,
    shell`rm ${HOSTNAME_FILE}`,
  ].join('\n');
}
