import { smallestCompressedBytes } from './compression.js';
import type { Qcow2Header } from './header.js';
import type { ImageReader } from './image-reader.js';
import { hex, refuse } from './refusal.js';

const CLUSTERS_PER_BUCKET = 32;
/** An offset within a bucket has 17 bits; with a sector count of 13 it fits a word. */
const MOST_BUCKET_BYTES = 2 ** 17;
const SECTOR_BITS = 13;
const CHUNK_ENTRIES = 2 ** 15;
const BUCKETS_PER_STEP = 8192;

/** A stretch of the entries: what each says, and the number (from 1; 0 ends the chain) of the next in its bucket. */
interface Chunk {
  readonly packed: Uint32Array;
  readonly next: Uint32Array;
}

/**
 * Remembers where every compressed cluster lies and finds those that share bytes: one packed cluster shown at a
 * thousand guest offsets is how a small file becomes a huge disk.
 *
 * Each entry goes into the chain of its stretch of the file: 32 clusters, 128 KiB at most. Memory: eight bytes per
 * compressed cluster and four per stretch (32 MiB for a file of 1 TiB). A chain is sorted only when it is looked at,
 * and is short because a stretch has room for so many clusters and no more.
 */
export class CompressedExtents {
  private readonly bucketBytes: number;
  private readonly smallestBytes: number;
  private readonly heads: Uint32Array;
  private readonly sorting: Uint32Array;
  private readonly chunks: Chunk[] = [];
  private count = 0;

  constructor(fileSizeBytes: number, header: Pick<Qcow2Header, 'clusterSizeBytes' | 'compression'>) {
    this.bucketBytes = Math.min(header.clusterSizeBytes * CLUSTERS_PER_BUCKET, MOST_BUCKET_BYTES);
    this.smallestBytes = smallestCompressedBytes(header.compression, header.clusterSizeBytes);
    this.heads = new Uint32Array(Math.ceil(fileSizeBytes / this.bucketBytes));
    this.sorting = new Uint32Array(Math.ceil(this.bucketBytes / this.smallestBytes));
  }

  /** @param additionalSectors below 8192 */
  add(hostOffset: number, additionalSectors: number): void {
    const bucket = Math.floor(hostOffset / this.bucketBytes);
    const slot = this.count % CHUNK_ENTRIES;
    const chunk = slot === 0 ? this.addChunk() : this.chunkOf(this.count);
    // Offset above sector count, so that sorting the numbers sorts the offsets.
    chunk.packed[slot] = (hostOffset % this.bucketBytes) * 2 ** SECTOR_BITS + additionalSectors;
    chunk.next[slot] = this.heads[bucket] ?? 0;
    this.count += 1;
    this.heads[bucket] = this.count;
  }

  /** Throws Qcow2RefusedError when two compressed clusters share bytes. */
  async refuseOverlaps(reader: ImageReader): Promise<void> {
    let used = 0;
    for (let bucket = 0; bucket < this.heads.length; bucket += 1) {
      if (bucket % BUCKETS_PER_STEP === 0) await reader.breathe();
      if (this.heads[bucket] === 0) continue;
      used = this.checkBucket(bucket, used);
      await reader.breathe();
    }
  }

  /** @param used the first byte that the stretches before leave free; returns the same for this one's successors */
  private checkBucket(bucket: number, used: number): number {
    let free = used;
    for (const entry of this.sortedEntries(bucket)) {
      const hostOffset = bucket * this.bucketBytes + Math.floor(entry / 2 ** SECTOR_BITS);
      if (hostOffset < free) this.refuseOverlap(hostOffset);
      free = hostOffset + this.certainBytes(hostOffset, entry % 2 ** SECTOR_BITS);
    }
    return free;
  }

  /** Bytes that surely belong to a cluster: up to the first byte of its last sector, and what its compression needs. */
  private certainBytes(hostOffset: number, additionalSectors: number): number {
    const toLastSector = additionalSectors === 0 ? 0 : additionalSectors * 512 - (hostOffset % 512) + 1;
    return Math.max(this.smallestBytes, toLastSector);
  }

  private sortedEntries(bucket: number): Uint32Array {
    let count = 0;
    for (let link = this.heads[bucket] ?? 0; link !== 0; count += 1) {
      if (count === this.sorting.length) this.refuseOverlap(bucket * this.bucketBytes);
      const chunk = this.chunkOf(link - 1);
      const slot = (link - 1) % CHUNK_ENTRIES;
      this.sorting[count] = chunk.packed[slot] ?? 0;
      link = chunk.next[slot] ?? 0;
    }
    return this.sorting.subarray(0, count).sort();
  }

  private addChunk(): Chunk {
    const chunk = { packed: new Uint32Array(CHUNK_ENTRIES), next: new Uint32Array(CHUNK_ENTRIES) };
    this.chunks.push(chunk);
    return chunk;
  }

  private chunkOf(index: number): Chunk {
    return this.chunks[Math.floor(index / CHUNK_ENTRIES)] ?? this.addChunk();
  }

  private refuseOverlap(hostOffset: number): never {
    refuse('L2 table entry', `compressed clusters at or after ${hex(hostOffset)} in the file overlap each other`);
  }
}
