import type { RootFilesystem } from '../root-filesystem.js';
import { DiskProgramMissingError } from './disk.errors.js';
import type { DiskOptions } from './disk-options.js';
import { shell } from './shell.js';

/** Code of the first sector that finds the boot partition and starts what is on it. */
export const BOOT_CODE = {
  gpt: '/usr/lib/syslinux/mbr/gptmbr.bin',
  mbr: '/usr/lib/syslinux/mbr/mbr.bin',
};

/** Packages of Debian by the program, or the file, that we need of them. */
const PACKAGES: Readonly<Record<string, string>> = {
  'qemu-img': 'qemu-utils',
  mke2fs: 'e2fsprogs',
  debugfs: 'e2fsprogs',
  mksquashfs: 'squashfs-tools',
  'mkfs.xfs': 'xfsprogs',
  sfdisk: 'fdisk',
  mformat: 'mtools',
  mcopy: 'mtools',
  mmd: 'mtools',
  syslinux: 'syslinux',
  [BOOT_CODE.gpt]: 'syslinux-common',
  [BOOT_CODE.mbr]: 'syslinux-common',
};

const FOR_FILESYSTEM = { ext4: ['mke2fs', 'debugfs'], squashfs: ['mksquashfs'], xfs: ['mkfs.xfs'] };

/** An older one can be filled from a list only, which knows no blanks in names, hard links, sticky bits, attributes or times. */
const FILLING_XFS = String.raw`printf 'mkfs.xfs version 6.17\n%s\n' "$(mkfs.xfs -V 2>/dev/null)" | sort -CV`;

/** Debian 13 and before have none that will do. */
const XFS_ADVICE =
  '; mkfs.xfs must be of 6.17 or newer: where the system has an older one, run node scripts/xfsprogs.mjs';

/**
 * Looks, before a tree is there, whether the worker has what every such disk needs.
 * @throws DiskProgramMissingError, and as `RootFilesystem.run`
 */
export async function assertDiskPossible(
  run: RootFilesystem['run'],
  options: Omit<DiskOptions, 'seed'>,
): Promise<void> {
  const needed = programsFor(options, false);
  requirePrograms(needed, readMissing(await run('sh', ['-ec', tellMissing(needed)])));
}

/** What a disk needs of the worker. */
export function programsFor(options: Omit<DiskOptions, 'seed'>, hasBootPartition: boolean): string[] {
  const { filesystem, partitioning, architecture } = options;
  const forTable = partitioning === 'none' ? [] : ['sfdisk'];
  const forBoot = hasBootPartition ? ['mformat', 'mcopy', 'mmd'] : [];
  const forBios =
    hasBootPartition && partitioning !== 'none' && architecture === 'x86_64'
      ? ['syslinux', BOOT_CODE[partitioning]]
      : [];
  return ['qemu-img', ...FOR_FILESYSTEM[filesystem], ...forTable, ...forBoot, ...forBios];
}

/** Commands that print a line for each of some programs, and files by absolute path, that the worker does not have. */
export function tellMissing(wanted: readonly string[]): string {
  return [
    shell`for one in ${wanted}; do`,
    `  case $one in /*) [ -f "$one" ] ;; mkfs.xfs) ${FILLING_XFS} ;; *) command -v "$one" >/dev/null ;; esac ||`,
    '  echo "missing $one"',
    'done',
  ].join('\n');
}

export function readMissing(printed: string): string[] {
  return [...printed.matchAll(/^missing (.+)$/gm)].map(([, name = '']) => name);
}

/** @throws DiskProgramMissingError that names the packages of all that is needed and missing */
export function requirePrograms(needed: readonly string[], missing: readonly string[]): void {
  const lacking = needed.filter((program) => missing.includes(program));
  if (lacking.length === 0) return;
  const advice = lacking.includes('mkfs.xfs') ? XFS_ADVICE : '';
  throw new DiskProgramMissingError(new Map(lacking.map((program) => [program, PACKAGES[program] ?? program])), advice);
}
