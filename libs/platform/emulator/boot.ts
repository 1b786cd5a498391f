/** What the machine begins with. */
export const FIRMWARES = ['bios', 'uefi'] as const;
export type Firmware = (typeof FIRMWARES)[number];

/** What the disk hangs on. Systems without drivers for virtio know SATA. */
export const DISK_BUSES = ['virtio', 'sata'] as const;
export type DiskBus = (typeof DISK_BUSES)[number];

/** What can end a boot; the first three are as they should be, unless a marker was asked for. */
export const BOOT_ENDS = [
  'marker',
  'login',
  'power-off',
  'panic',
  'emergency-shell',
  'not-bootable',
  'reset',
  'time-out',
] as const;
export type BootEnd = (typeof BOOT_ENDS)[number];

/** A disk that is to be booted, and how. */
export interface Boot {
  /** Absolute path of a QCOW2 disk that a parser of ours has passed. It is only read. */
  readonly diskPath: string;
  /** Absolute path of an empty folder for this boot; what is to be kept of it is there afterwards. */
  readonly dir: string;
  /** `auto`: BIOS, and where that finds nothing to boot, UEFI. */
  readonly firmware: Firmware | 'auto';
  readonly diskBus: DiskBus;
  /** Of the machine. */
  readonly memoryBytes: number;
  readonly timeoutMs: number;
  /** What the machine may write to its disk, all in all. */
  readonly maxWrittenBytes: number;
  /** A text on one line of the console: only that is success then. */
  readonly marker?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Hears what the console prints, whole lines without terminal codes; the machine waits for it. */
  readonly onLines?: ((lines: readonly string[]) => Promise<void>) | undefined;
}

/** How a boot went. */
export interface BootReport {
  readonly passed: boolean;
  readonly endedBy: BootEnd;
  /** Why it failed, with the console's last lines; null where it passed. */
  readonly reason: string | null;
  /** The one that it ended with. */
  readonly firmware: Firmware;
  /** By the clock. */
  readonly seconds: number;
  /** Absolute path of what the console printed, terminal codes and all: text, of 1 MiB or a little more at most. */
  readonly consolePath: string;
  /** Absolute path of the last screen, as PNG; null where there was none. */
  readonly screenPath: string | null;
}
