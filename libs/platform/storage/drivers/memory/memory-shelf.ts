/** Bytes of a write in progress. */
export interface StagedBytes {
  readonly chunks: Uint8Array[];
  sizeBytes: number;
  modifiedAt: Date;
}

/** All that a memory store holds. */
export class MemoryShelf {
  readonly blobs = new Map<string, Buffer>();
  readonly staged = new Map<string, StagedBytes>();

  constructor(private readonly capacityBytes: number) {}

  /** What still fits. */
  get freeBytes(): number {
    const blobs = sum([...this.blobs.values()].map((blob) => blob.length));
    const staged = sum([...this.staged.values()].map((bytes) => bytes.sizeBytes));
    return this.capacityBytes - blobs - staged;
  }
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
