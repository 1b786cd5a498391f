import type { FieldErrors } from '#kernel';
import { MIB, TIB } from './sizes.js';

const FILESYSTEMS = ['ext4', 'squashfs', 'xfs'] as const;
const PARTITIONINGS = ['gpt', 'mbr', 'none'] as const;
const ARCHITECTURES = ['x86_64', 'aarch64'] as const;

export type Filesystem = (typeof FILESYSTEMS)[number];
export type Partitioning = (typeof PARTITIONINGS)[number];
export type Architecture = (typeof ARCHITECTURES)[number];

/** What a disk shall be like. */
export interface DiskOptions {
  /** Of the whole disk, in whole MiB; absent: what the tree takes, and room to work. */
  readonly sizeBytes?: number;
  readonly filesystem: Filesystem;
  /** `none`: the file system is the disk, and nothing boots it. */
  readonly partitioning: Partitioning;
  /** What the kernel is told besides its root and its consoles. */
  readonly kernelArguments?: string;
  /** What `/etc/hostname` says; absent: what the tree has there. */
  readonly hostname?: string;
  readonly architecture: Architecture;
  /** All UUIDs and serial numbers are derived from it. */
  readonly seed: string;
}

/** The options, or what is wrong with them, by key; `build` where it is the whole. */
export type DiskOptionsReading =
  | { readonly options: Omit<DiskOptions, 'seed'>; readonly problems?: undefined }
  | { readonly options?: undefined; readonly problems: FieldErrors };

const MIN_BYTES = 8 * MIB;
/** Well below what a file of the worker can be, with holes, whatever its file system. */
const MAX_BYTES = 8 * TIB;
/** Sectors of 512 bytes, counted in 32 bits. */
const MAX_MBR_BYTES = 2 * TIB;
const MAX_HOSTNAME = 64;
const MAX_ARGUMENTS = 1024;

/** RFC 1123, section 2.1: labels of letters, digits and inner hyphens. */
const LABEL = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const HOSTNAME = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`);
/** Printable ASCII that every boot loader passes on as it is. */
const KERNEL_ARGUMENTS = /^[ !#-&(-[\]-~]*$/;

const says = {
  filesystem: `must be one of ${FILESYSTEMS.join(', ')}`,
  partitioning: `must be one of ${PARTITIONINGS.join(', ')}`,
  architecture: `must be one of ${ARCHITECTURES.join(', ')}`,
  size_bytes: `must be a whole number of MiB (1048576 bytes), from ${MIN_BYTES} to ${MAX_BYTES} bytes`,
  hostname: `must be a host name of RFC 1123, of at most ${MAX_HOSTNAME} characters`,
  kernel_arguments: `must be printable ASCII without quotes and backslashes, of at most ${MAX_ARGUMENTS} characters`,
};

const oneOf =
  <T extends string>(words: readonly T[]) =>
  (value: unknown): value is T =>
    words.some((word) => word === value);

const isSize = (value: unknown): value is number =>
  typeof value === 'number' && value % MIB === 0 && value >= MIN_BYTES && value <= MAX_BYTES;
const isHostname = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_HOSTNAME && HOSTNAME.test(value);
const isArguments = (value: unknown): value is string =>
  typeof value === 'string' && value.length <= MAX_ARGUMENTS && KERNEL_ARGUMENTS.test(value);

/** Takes the values of an object one after the other, and notes what is wrong with them. */
class OptionReader {
  readonly problems: Record<string, string[]> = {};

  constructor(private readonly raw: Readonly<Record<string, unknown>>) {}

  take<T>(key: keyof typeof says, isRight: (value: unknown) => value is T): T | undefined {
    const value = this.raw[key];
    if (value === undefined || isRight(value)) return value;
    this.refuse(key, says[key]);
    return undefined;
  }

  refuse(key: string, problem: string): void {
    (this.problems[key] ??= []).push(`${key} ${problem}`);
  }

  refuseUnknown(): void {
    const known = Object.keys(says);
    const unknown = Object.keys(this.raw).filter((key) => !known.includes(key));
    for (const key of unknown) this.refuse(key, `is no option; there are: ${known.join(', ')}`);
  }
}

/**
 * Reads the options of a disk from JSON: `size_bytes`, `filesystem`, `partitioning`, `kernel_arguments`, `hostname`,
 * `architecture`, each of which may be left out. All that is wrong is told at once.
 * @param raw the value of the JSON text; undefined is no option at all
 */
export function readDiskOptions(raw: unknown): DiskOptionsReading {
  if (raw === undefined) return readDiskOptions({});
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) {
    return { problems: { build: ['build must be a JSON object'] } };
  }
  const reader = new OptionReader({ ...raw });
  const [sizeBytes, hostname] = [reader.take('size_bytes', isSize), reader.take('hostname', isHostname)];
  const kernelArguments = reader.take('kernel_arguments', isArguments);
  const options = {
    filesystem: reader.take('filesystem', oneOf(FILESYSTEMS)) ?? 'ext4',
    partitioning: reader.take('partitioning', oneOf(PARTITIONINGS)) ?? 'gpt',
    architecture: reader.take('architecture', oneOf(ARCHITECTURES)) ?? 'x86_64',
    ...(sizeBytes !== undefined && { sizeBytes }),
    ...(hostname !== undefined && { hostname }),
    ...(kernelArguments !== undefined && { kernelArguments }),
  };
  refuseContradictions(options, reader);
  reader.refuseUnknown();
  return Object.keys(reader.problems).length > 0 ? { problems: reader.problems } : { options };
}

function refuseContradictions(options: Omit<DiskOptions, 'seed'>, reader: OptionReader): void {
  const { partitioning, sizeBytes = 0, kernelArguments } = options;
  if (partitioning === 'mbr' && sizeBytes > MAX_MBR_BYTES) {
    reader.refuse('size_bytes', `must be at most ${MAX_MBR_BYTES} with an mbr; use gpt`);
  }
  if (partitioning === 'none' && kernelArguments !== undefined) {
    reader.refuse('kernel_arguments', 'reach no kernel without a boot partition; use gpt or mbr');
  }
}
