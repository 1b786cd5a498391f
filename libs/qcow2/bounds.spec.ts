import { MemorySource, SparseSource, tinyImage } from '../../test/fixtures/qcow2/index.js';
import { DEFAULT_LIMITS, inspect } from './index.js';

const MIB = 2 ** 20;
const TIB = 2 ** 40;

/** The head of a valid image with other numbers in it. */
function head(clusterBits: number, numbers: { l1Size?: number; l1Table?: number; virtualSizeBytes?: number }): Buffer {
  const { bytes } = tinyImage({ clusterBits });
  if (numbers.l1Size !== undefined) bytes.writeUInt32BE(numbers.l1Size, 36);
  if (numbers.l1Table !== undefined) bytes.writeBigUInt64BE(BigInt(numbers.l1Table), 40);
  if (numbers.virtualSizeBytes !== undefined) bytes.writeBigUInt64BE(BigInt(numbers.virtualSizeBytes), 24);
  return bytes;
}

describe('inspect', () => {
  it('refuses a file of more clusters than it keeps account of, after a few bytes', async () => {
    const source = new SparseSource(TIB, [{ offset: 0, bytes: head(9, {}) }]);
    await expect(inspect(source)).rejects.toMatchObject({ field: 'cluster_bits' });
    expect(source.bytesRead).toBeLessThan(1024);
  });

  it('examines a file of 1 TiB by reading its tables only', async () => {
    const source = new SparseSource(TIB, [{ offset: 0, bytes: head(16, {}) }]);
    await expect(inspect(source)).resolves.toMatchObject({ clusterSizeBytes: 65_536 });
    expect(source.bytesRead).toBeLessThan(MIB);
  });

  it('reads the largest L1 table twice and nothing else at length', async () => {
    const l1Size = (32 * MIB) / 8;
    const source = new SparseSource(64 * MIB, [{ offset: 0, bytes: head(9, { l1Size, l1Table: MIB }) }]);
    await expect(inspect(source)).resolves.toMatchObject({ allocatedBytes: 0 });
    expect(source.bytesRead).toBeLessThan(65 * MIB);
  });

  it('reads at most 1 MiB at once, from within the file', async () => {
    const image = tinyImage({ clusterBits: 21, clusters: [{ index: 1, kind: 'compressed' }], bitmap: true });
    const source = new MemorySource(image.bytes);
    await inspect(source);
    const ends = source.reads.map(({ offset, length }) => offset + length);
    expect(Math.max(...ends)).toBeLessThanOrEqual(source.sizeBytes);
    expect(Math.max(...source.reads.map(({ length }) => length))).toBeLessThanOrEqual(MIB);
  });

  it('lets other work run while it examines bytes that are there at once', async () => {
    const l1Size = (32 * MIB) / 8;
    const source = new SparseSource(64 * MIB, [{ offset: 0, bytes: head(9, { l1Size, l1Table: MIB }) }]);
    let turns = 0;
    let isDone = false;
    const takeTurn = (): void => {
      turns += 1;
      if (!isDone) setImmediate(takeTurn);
    };
    setImmediate(takeTurn);
    await inspect(source);
    isDone = true;
    expect(turns).toBeGreaterThan(20);
  });

  it('passes on what the source fails with', async () => {
    const failure = new Error('the disk is gone');
    await expect(inspect({ sizeBytes: 4096, read: () => Promise.reject(failure) })).rejects.toBe(failure);
  });

  it('refuses a source that has fewer bytes than it says', async () => {
    const { bytes } = tinyImage({ clusters: [{ index: 0, kind: 'data' }] });
    const short = new MemorySource(bytes.subarray(0, bytes.length - 1));
    const source = { sizeBytes: bytes.length, read: short.read.bind(short) };
    await expect(inspect(source)).rejects.toMatchObject({ field: 'file' });
  });
});

describe('limits:', () => {
  const compressed = [0, 1, 2, 3].map((index) => ({ index, kind: 'compressed' as const }));

  it('the expansion ratio counts guest bytes stored per byte of the file', async () => {
    const { bytes } = tinyImage({ clusters: compressed.concat(), refcountOrder: 4 });
    const ratio = (4 * 4096) / bytes.length;
    const source = new MemorySource(bytes);
    await expect(inspect(source, { ...DEFAULT_LIMITS, maxExpansionRatio: ratio })).resolves.toMatchObject({
      version: 3,
    });
    await expect(inspect(source, { ...DEFAULT_LIMITS, maxExpansionRatio: ratio * 0.9 })).rejects.toMatchObject({
      field: 'L2 table entry',
    });
  });

  it('compressed clusters are counted', async () => {
    const source = new MemorySource(tinyImage({ clusters: compressed }).bytes);
    await expect(inspect(source, { ...DEFAULT_LIMITS, maxCompressedClusters: 4 })).resolves.toMatchObject({
      version: 3,
    });
    await expect(inspect(source, { ...DEFAULT_LIMITS, maxCompressedClusters: 3 })).rejects.toMatchObject({
      field: 'L2 table entry',
    });
  });

  it('snapshots are counted where they are allowed', async () => {
    const source = new MemorySource(tinyImage({ snapshots: 3 }).bytes);
    const limits = { ...DEFAULT_LIMITS, allowInternalSnapshots: true };
    await expect(inspect(source, { ...limits, maxSnapshots: 3 })).resolves.toMatchObject({ snapshotCount: 3 });
    await expect(inspect(source, { ...limits, maxSnapshots: 2 })).rejects.toMatchObject({ field: 'nb_snapshots' });
  });
});
