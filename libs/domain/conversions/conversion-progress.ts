import type { Work } from '#domain/operations';
import type { DiskKind } from './disk-kind.js';

/** How far the making of an image is: to read the bytes is a part of the way, and `qemu-img` the rest. */
export class ConversionProgress {
  private doneBytes = 0;
  private totalBytes: number | null = null;
  private readShare: number;

  constructor(
    private readonly work: Work,
    { format }: DiskKind,
  ) {
    this.readShare = format === 'qcow2' ? 1 : 0.5;
  }

  /** So many bytes have come, of so many; null where nobody knows. */
  read(doneBytes: number, totalBytes: number | null): void {
    this.doneBytes = doneBytes;
    this.totalBytes = totalBytes;
    this.report(totalBytes ? this.readShare * Math.min(100, (doneBytes / totalBytes) * 100) : 0);
  }

  /** All of them were there. */
  skipRead(): void {
    this.readShare = 0;
  }

  /** @param percent of the conversion */
  converted(percent: number): void {
    this.report(this.readShare * 100 + (1 - this.readShare) * percent);
  }

  private report(percent: number): void {
    this.work.report({ percent, doneBytes: this.doneBytes, totalBytes: this.totalBytes });
  }
}
