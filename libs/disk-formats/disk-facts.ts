/** The formats taken besides QCOW2. `vhd` is what QEMU calls `vpc`. */
export const DISK_FORMATS = ['raw', 'vmdk', 'vdi', 'vhd', 'vhdx'] as const;
export type DiskFormat = (typeof DISK_FORMATS)[number];

/** What an operator allows. */
export interface DiskLimits {
  /** Largest disk the guest may see. */
  readonly maxVirtualSizeBytes: number;
}

/** What an admitted disk says of itself, all of it checked. */
export interface DiskFacts {
  readonly format: DiskFormat;
  /** The kind within the format. */
  readonly variant: 'plain' | 'monolithicSparse' | 'streamOptimized' | 'dynamic' | 'fixed';
  readonly virtualSizeBytes: number;
  /** Bytes of the disk that the file holds, by whole grains or blocks: about what a QCOW2 file of it needs at most. */
  readonly allocatedBytes: number;
}
