import { DiskProgramMissingError } from './disk.errors.js';
import type { DiskOptions } from './disk-options.js';

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
  sfdisk: 'fdisk',
  mformat: 'mtools',
  mcopy: 'mtools',
  mmd: 'mtools',
  syslinux: 'syslinux',
  [BOOT_CODE.gpt]: 'syslinux-common',
  [BOOT_CODE.mbr]: 'syslinux-common',
};

/** Everything that some disk may need. */
export const ALL_PROGRAMS = Object.keys(PACKAGES);

const FOR_FILESYSTEM = { ext4: ['mke2fs', 'debugfs'], squashfs: ['mksquashfs'] };

/** What a disk needs of the worker. */
export function programsFor(options: DiskOptions, hasBootPartition: boolean): string[] {
  const { filesystem, partitioning, architecture } = options;
  const forTable = partitioning === 'none' ? [] : ['sfdisk'];
  const forBoot = hasBootPartition ? ['mformat', 'mcopy', 'mmd'] : [];
  const forBios =
    hasBootPartition && partitioning !== 'none' && architecture === 'x86_64'
      ? ['syslinux', BOOT_CODE[partitioning]]
      : [];
  return ['qemu-img', ...FOR_FILESYSTEM[filesystem], ...forTable, ...forBoot, ...forBios];
}

/** @throws DiskProgramMissingError that names the packages of all that is needed and missing */
export function requirePrograms(needed: readonly string[], missing: readonly string[]): void {
  const lacking = needed.filter((program) => missing.includes(program));
  if (lacking.length === 0) return;
  throw new DiskProgramMissingError(new Map(lacking.map((program) => [program, PACKAGES[program] ?? program])));
}
