import type { BootPlan } from './boot-plan.js';
import type { DiskIdentity } from './disk-identity.js';
import { type Extent, SECTOR_BYTES } from './disk-layout.js';
import type { Architecture } from './disk-options.js';
import {
  grubFiles,
  INITRD_NAME,
  KERNEL_NAME,
  type LoaderFile,
  syslinuxFiles,
  systemdBootFiles,
} from './loader-files.js';
import { shell } from './shell.js';
import { MIB } from './sizes.js';
import { RAW_DISK } from './work-files.js';

/** Up to here a sector is a cluster; above, tables would be large. */
const SMALL_CLUSTERS_UP_TO = 260 * MIB;

/** What a boot partition is made of, and for. */
export interface BootPartition {
  readonly plan: BootPlan;
  readonly extent: Extent;
  readonly architecture: Architecture;
  readonly kernelArguments: string;
  readonly identity: DiskIdentity;
}

/** Commands that make the file system and fill it; each reads what it copies once. */
export function bootPartitionCommands(boot: BootPartition): string[] {
  const { plan, extent, architecture } = boot;
  const files = loaderFilesOf(boot);
  const folders = [...new Set([...files.map(({ path }) => path), plan.loader?.target ?? ''].flatMap(foldersAbove))];
  const image = `${RAW_DISK}@@${extent.startBytes}`;
  return [
    // Syslinux reads where the partition begins from its "hidden sectors".
    shell`mformat -i ${image} ${formatOptions(boot)} ::`,
    ...(architecture === 'x86_64' ? [shell`syslinux --install --offset ${extent.startBytes} ${RAW_DISK}`] : []),
    ...(folders.length > 0 ? [shell`mmd -i ${image} ${folders.map((folder) => `::/${folder}`)}`] : []),
    ...(plan.loader ? [shell`mcopy -i ${image} ${plan.loader.source} ${`::/${plan.loader.target}`}`] : []),
    shell`mcopy -i ${image} ${`./${plan.kernel.path}`} ${`::/${KERNEL_NAME}`}`,
    shell`mcopy -i ${image} ${`./${plan.initrd.path}`} ${`::/${INITRD_NAME}`}`,
    ...files.map(({ path, text }) => shell`printf %s ${text} | mcopy -i ${image} - ${`::/${path}`}`),
  ];
}

/** FAT32, of the partition's size. */
function formatOptions({ extent, identity }: BootPartition): string[] {
  const sectors = String(extent.sizeBytes / SECTOR_BYTES);
  const hidden = String(extent.startBytes / SECTOR_BYTES);
  const clusterSectors = extent.sizeBytes < SMALL_CLUSTERS_UP_TO ? '1' : '8';
  return [
    ...['-F', '-c', clusterSectors, '-T', sectors, '-H', hidden, '-h', '255', '-s', '63'],
    ...['-N', identity.word('boot'), '-v', 'BOOT'],
  ];
}

function loaderFilesOf({ plan, architecture, kernelArguments, identity }: BootPartition): LoaderFile[] {
  const forBios = architecture === 'x86_64' ? syslinuxFiles(kernelArguments) : [];
  if (!plan.loader) return forBios;
  const isGrub = plan.loader.kind === 'grub';
  const forUefi = isGrub ? grubFiles(kernelArguments, identity.word('boot')) : systemdBootFiles(kernelArguments);
  return [...forBios, ...forUefi];
}

/** All folders that lead to a file, the outermost first. */
function foldersAbove(path: string): string[] {
  const folders = path.split('/').slice(0, -1);
  return folders.map((_, index) => folders.slice(0, index + 1).join('/'));
}
