import { ClusterMap } from './cluster-map.js';
import type { HeaderExtensions } from './header-extensions.js';
import type { Qcow2Header } from './header.js';
import type { ImageReader } from './image-reader.js';
import type { Qcow2Limits } from './limits.js';
import { hex, refuse } from './refusal.js';

/** Clusters claimed between two breaths. */
const CLAIMS_PER_STEP = 16_384;

/** One image under examination: what all checks read, and the map they share. */
export class Examination {
  readonly map: ClusterMap;

  constructor(
    readonly reader: ImageReader,
    readonly header: Qcow2Header,
    readonly extensions: HeaderExtensions,
    readonly limits: Qcow2Limits,
  ) {
    this.map = new ClusterMap(header.clusterSizeBytes, reader.sizeBytes);
  }

  /**
   * Claims the clusters of a table for it alone. Its bytes must lie in the file; the rest of its last cluster need not,
   * since `qemu-img create` writes no further than the last entry of the table that ends the file.
   * Throws Qcow2RefusedError naming `field`.
   */
  async claimTable(field: string, offset: number, lengthBytes: number): Promise<void> {
    const { clusterSizeBytes } = this.header;
    this.requireInFile(field, offset, lengthBytes);
    const last = Math.ceil((offset + lengthBytes) / clusterSizeBytes);
    for (let cluster = offset / clusterSizeBytes; cluster < last; cluster += 1) {
      if (!this.map.own(cluster)) refuse(field, `the table at ${hex(offset)} overlaps the header or another table`);
      if (cluster % CLAIMS_PER_STEP === 0) await this.reader.breathe();
    }
  }

  /** Claims the one cluster of an L2 table, refcount block or bitmap. Throws Qcow2RefusedError naming `field`. */
  claimCluster(field: string, offset: number): void {
    this.requireInFile(field, offset, this.header.clusterSizeBytes);
    if (this.map.own(offset / this.header.clusterSizeBytes)) return;
    refuse(field, `points at ${hex(offset)}, which the header or another table already uses`);
  }

  private requireInFile(field: string, offset: number, lengthBytes: number): void {
    if (offset % this.header.clusterSizeBytes !== 0) refuse(field, `${hex(offset)} is not aligned to a cluster`);
    if (offset + lengthBytes > this.reader.sizeBytes) {
      refuse(field, `${hex(offset)} leads past the end of the file; the upload may be truncated`);
    }
  }
}
