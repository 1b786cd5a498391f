import type { DiskIdentity } from './disk-identity.js';
import { type DiskLayout, type Extent, SECTOR_BYTES } from './disk-layout.js';
import type { Architecture, Partitioning } from './disk-options.js';

/** UEFI 2.10, table 5.7; and the Discoverable Partitions Specification. */
const ESP_TYPE = 'C12A7328-F81F-11D2-BA4B-00A0C93EC93B';
const ROOT_TYPES: Readonly<Record<Architecture, string>> = {
  x86_64: '4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709',
  aarch64: 'B921B045-1DF0-41C3-AF44-4C6F280D3FAE',
};
/** Microsoft basic data: a FAT that no firmware looks for. */
const FAT_TYPE = 'EBD0A0A2-B9E5-4433-87C0-68B6B72699C7';

/** Types of an MBR. */
const MBR = { esp: 'ef', fat: 'c', linux: '83' };

/** What a partition table says besides where things are. */
export interface TableOptions {
  readonly partitioning: Exclude<Partitioning, 'none'>;
  readonly architecture: Architecture;
  readonly identity: DiskIdentity;
  /** Whether an EFI loader is on the boot partition, if there is one. */
  readonly isEsp: boolean;
}

/** The table in the words of sfdisk. Old BIOS code finds the boot partition by an attribute (GPT) or its flag (MBR). */
export function partitionTable(layout: DiskLayout, options: TableOptions): string {
  const lines = options.partitioning === 'gpt' ? gpt(layout, options) : mbr(layout, options);
  return ['unit: sectors', ...lines, ''].join('\n');
}

function gpt({ boot, root }: DiskLayout, { identity, architecture, isEsp }: TableOptions): string[] {
  const bootType = isEsp ? ESP_TYPE : FAT_TYPE;
  const attributes = 'name="boot", attrs="LegacyBIOSBootable"';
  return [
    'label: gpt',
    `label-id: ${identity.uuid('disk')}`,
    '',
    ...(boot ? [`${place(boot)}, type=${bootType}, uuid=${identity.uuid('boot')}, ${attributes}`] : []),
    `${place(root)}, type=${ROOT_TYPES[architecture]}, uuid=${identity.uuid('root')}, name="root"`,
  ];
}

function mbr({ boot, root }: DiskLayout, { identity, isEsp }: TableOptions): string[] {
  return [
    'label: dos',
    `label-id: 0x${identity.word('disk')}`,
    '',
    ...(boot ? [`${place(boot)}, type=${isEsp ? MBR.esp : MBR.fat}, bootable`] : []),
    `${place(root)}, type=${MBR.linux}`,
  ];
}

function place({ startBytes, sizeBytes }: Extent): string {
  return `start=${startBytes / SECTOR_BYTES}, size=${sizeBytes / SECTOR_BYTES}`;
}

/** How the kernel knows the root partition behind a boot partition: the value of `PARTUUID`. */
export function rootPartitionId(partitioning: Partitioning, identity: DiskIdentity): string {
  return partitioning === 'gpt' ? identity.uuid('root') : `${identity.word('disk')}-02`;
}
