import { CompressedExtents } from './compressed-extents.js';
import { expansionCeiling } from './compression.js';
import type { Examination } from './examination.js';
import { PIECE_BYTES } from './image-reader.js';
import { l1Rows, sliceBytes, type L1Row } from './l1-table.js';
import {
  compressedEnd,
  decodeL2Entry,
  SECTOR_BYTES,
  type CompressedCluster,
  type GuestCluster,
  type StandardCluster,
} from './l2-entry.js';
import { hex, refuse } from './refusal.js';
import type { Tree } from './snapshots.js';
import { roundUp } from './words.js';

/** Small L2 tables are read side by side: a file in clusters of 512 bytes has one for every 32 KiB. */
const MOST_ROWS_AT_ONCE = 16;

/**
 * Follows every L2 entry to its host clusters and claims them. Spec: "Cluster mapping".
 *
 * All trees are walked side by side, index by index: a snapshot shares a host cluster with the active disk at the same
 * guest offset or not at all, so one map serves them all and every table is read once.
 */
export class GuestClusters {
  /** Clusters that store guest bytes, standard and compressed together. */
  dataClusters = 0;
  compressedClusters = 0;
  /** The compressed cluster that runs into the file's cut last sector, if the file ends inside one. */
  cutCluster: CompressedCluster | undefined;
  private extents: CompressedExtents | undefined;
  private readonly mostData: number;
  private readonly mostCompressed: number;

  constructor(private readonly examination: Examination) {
    const { header, limits, reader } = examination;
    const perFile = reader.sizeBytes / header.clusterSizeBytes;
    this.mostData = perFile * limits.maxExpansionRatio;
    this.mostCompressed = perFile * expansionCeiling(header.compression);
  }

  /** Throws Qcow2RefusedError. */
  async claim(trees: readonly Tree[]): Promise<void> {
    const { clusterSizeBytes } = this.examination.header;
    const rowsAtOnce = Math.min(MOST_ROWS_AT_ONCE, Math.max(1, PIECE_BYTES / clusterSizeBytes));
    for await (const batch of l1Rows(this.examination, trees)) {
      for (let at = 0; at < batch.length; at += rowsAtOnce) await this.claimRows(batch.slice(at, at + rowsAtOnce));
    }
    await this.extents?.refuseOverlaps(this.examination.reader);
  }

  private async claimRows(rows: readonly L1Row[]): Promise<void> {
    const { header, reader } = this.examination;
    const tables = rows.reduce((count, row) => count + row.tables.length, 0);
    const length = Math.min(sliceBytes(tables), header.clusterSizeBytes);
    for (let from = 0; from < header.clusterSizeBytes; from += length) {
      const slices = await Promise.all(
        rows.map((row) => Promise.all(row.tables.map((table) => reader.exact(table + from, length)))),
      );
      rows.forEach(({ index }, row) => {
        this.claimSlice(slices[row] ?? [], index * header.l2Entries + from / header.l2EntryBytes);
      });
    }
  }

  private claimSlice(slices: readonly Buffer[], firstGuestCluster: number): void {
    const { header } = this.examination;
    const entries = (slices[0]?.length ?? 0) / header.l2EntryBytes;
    for (let entry = 0; entry < entries; entry += 1) {
      this.claimSlot(slices, entry * header.l2EntryBytes, (firstGuestCluster + entry) * header.clusterSizeBytes);
    }
  }

  /** What all trees have at one guest offset; where they share a host cluster, it is claimed once. */
  private claimSlot(slices: readonly Buffer[], at: number, guestOffset: number): void {
    let claimed: GuestCluster[] | undefined;
    for (const slice of slices) {
      const cluster = decodeL2Entry(this.examination.header, slice, at, guestOffset);
      if (!cluster || claimed?.some((other) => isSame(other, cluster))) continue;
      this.claimCluster(cluster, guestOffset);
      if (slices.length > 1) claimed = [...(claimed ?? []), cluster];
    }
  }

  private claimCluster(cluster: GuestCluster, guestOffset: number): void {
    if (cluster.kind === 'standard') this.claimStandard(cluster, guestOffset);
    else this.claimCompressed(cluster, guestOffset);
    if (this.dataClusters > this.mostData || this.compressedClusters > this.mostCompressed) {
      refuse('L2 table entry', 'the compressed clusters would unfold to more than a file of this size can hold');
    }
  }

  private claimStandard({ hostOffset, readableBytes }: StandardCluster, guestOffset: number): void {
    const { header, map, reader } = this.examination;
    if (hostOffset >= reader.sizeBytes || hostOffset + readableBytes > reader.sizeBytes) {
      refusePastEnd(guestOffset, hostOffset);
    }
    if (!map.own(hostOffset / header.clusterSizeBytes)) {
      refuse(
        'L2 table entry',
        `of guest offset ${hex(guestOffset)} points at ${hex(hostOffset)}, which a table or another guest cluster uses`,
      );
    }
    if (readableBytes > 0) this.dataClusters += 1;
  }

  private claimCompressed(cluster: CompressedCluster, guestOffset: number): void {
    const { header, limits, map, reader } = this.examination;
    const { hostOffset, additionalSectors } = cluster;
    const end = compressedEnd(cluster);
    if (hostOffset >= reader.sizeBytes || end > roundUp(reader.sizeBytes, SECTOR_BYTES)) {
      refusePastEnd(guestOffset, hostOffset);
    }
    const last = Math.floor((end - 1) / header.clusterSizeBytes);
    for (let host = Math.floor(hostOffset / header.clusterSizeBytes); host <= last; host += 1) {
      if (map.shareCompressed(host)) continue;
      refuse(
        'L2 table entry',
        `of guest offset ${hex(guestOffset)} has its compressed data in a table or another cluster`,
      );
    }
    this.dataClusters += 1;
    this.compressedClusters += 1;
    if (this.compressedClusters > limits.maxCompressedClusters) {
      refuse('L2 table entry', `over ${limits.maxCompressedClusters} clusters are compressed; use larger clusters`);
    }
    this.extents ??= new CompressedExtents(reader.sizeBytes, header);
    this.extents.add(hostOffset, additionalSectors);
    if (end > reader.sizeBytes && hostOffset > (this.cutCluster?.hostOffset ?? -1)) this.cutCluster = cluster;
  }
}

function isSame(one: GuestCluster, other: GuestCluster): boolean {
  return one.kind === other.kind && one.hostOffset === other.hostOffset;
}

function refusePastEnd(guestOffset: number, hostOffset: number): never {
  const problem = `of guest offset ${hex(guestOffset)} points at ${hex(hostOffset)} and past the end of the file`;
  refuse('L2 table entry', `${problem}; the upload may be truncated`);
}
