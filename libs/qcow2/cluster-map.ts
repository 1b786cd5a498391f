/** A set of cluster numbers, one bit each. */
class BitSet {
  private readonly words: Uint32Array;

  constructor(size: number) {
    this.words = new Uint32Array(Math.ceil(size / 32));
  }

  has(index: number): boolean {
    return (((this.words[index >>> 5] ?? 0) >>> (index & 31)) & 1) === 1;
  }

  add(index: number): void {
    const word = index >>> 5;
    this.words[word] = (this.words[word] ?? 0) | (1 << (index & 31));
  }
}

/**
 * Who uses which host cluster: nobody, exactly one owner (a table, or one guest cluster), or compressed data, of which
 * several guest clusters may share a host cluster.
 *
 * Memory: one bit per cluster of the file, two once there is compressed data; a file of 1 TiB with 64 KiB clusters
 * takes 2 MiB for each bit, and `Qcow2Limits.maxHostClusters` caps both together at 64 MiB. The bits exist for clusters of the file
 * only, so what an image claims beyond its end costs nothing.
 */
export class ClusterMap {
  readonly clusterCount: number;
  private readonly owned: BitSet;
  private compressed: BitSet | undefined;

  constructor(
    readonly clusterSizeBytes: number,
    fileSizeBytes: number,
  ) {
    this.clusterCount = Math.ceil(fileSizeBytes / clusterSizeBytes);
    this.owned = new BitSet(this.clusterCount);
  }

  /** Takes the cluster for one owner; false when anyone uses it already. */
  own(cluster: number): boolean {
    if (this.isUsed(cluster)) return false;
    this.owned.add(cluster);
    return true;
  }

  /** Takes the cluster for compressed data; false when it has an owner. */
  shareCompressed(cluster: number): boolean {
    if (this.owned.has(cluster)) return false;
    this.compressed ??= new BitSet(this.clusterCount);
    this.compressed.add(cluster);
    return true;
  }

  isUsed(cluster: number): boolean {
    return this.owned.has(cluster) || (this.compressed?.has(cluster) ?? false);
  }
}
