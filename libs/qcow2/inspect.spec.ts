import {
  HOSTILE_HEADERS,
  HOSTILE_POLYGLOTS,
  HOSTILE_TABLES,
  MemorySource,
  tinyImage,
  type TinyImageOptions,
} from '../../test/fixtures/qcow2/index.js';
import { DEFAULT_LIMITS, inspect, Qcow2RefusedError, type Qcow2Facts, type Qcow2Limits } from './index.js';

async function facts(options: TinyImageOptions, limits?: Qcow2Limits): Promise<Qcow2Facts> {
  return inspect(new MemorySource(tinyImage(options).bytes), limits);
}

async function refusal(bytes: Buffer, limits?: Qcow2Limits): Promise<Qcow2RefusedError> {
  try {
    await inspect(new MemorySource(bytes), limits);
  } catch (error) {
    if (error instanceof Qcow2RefusedError) return error;
    throw error;
  }
  throw new Error('the image was admitted');
}

const ENCRYPTED: Qcow2Limits = { ...DEFAULT_LIMITS, allowEncryption: true };

/** An image whose encryption header of two clusters comes last, or where `headerOffset` says. */
function luksImage(headerOffset?: number): Buffer {
  const { bytes } = tinyImage({ extensions: [{ type: 0x0537be77, data: Buffer.alloc(16) }] });
  bytes.writeUInt32BE(2, 32);
  bytes.writeBigUInt64BE(BigInt(headerOffset ?? bytes.length), 120);
  bytes.writeBigUInt64BE(5000n, 128);
  return Buffer.concat([bytes, Buffer.alloc(8192)]);
}

const ONE_OF_EACH: TinyImageOptions['clusters'] = [
  { index: 0, kind: 'data' },
  { index: 1, kind: 'compressed' },
  { index: 2, kind: 'zero' },
  { index: 3, kind: 'reserved zero' },
  { index: 4, kind: 'compressed' },
];

describe('inspect admits', () => {
  it.each([9, 10, 12, 16, 18, 21])('clusters of 2^%i bytes', async (clusterBits) => {
    const { clusterSizeBytes, allocatedBytes } = await facts({ clusterBits, clusters: ONE_OF_EACH });
    expect(clusterSizeBytes).toBe(2 ** clusterBits);
    expect(allocatedBytes).toBe(3 * 2 ** clusterBits);
  });

  it.each([0, 1, 2, 3, 4, 5, 6])('refcounts of 2^%i bits', async (refcountOrder) => {
    const admitted = await facts({ refcountOrder, clusters: [{ index: 3, kind: 'data' }] });
    expect(admitted.refcountBits).toBe(2 ** refcountOrder);
  });

  it('version 2', async () => {
    const admitted = await facts({ version: 2, clusters: [{ index: 0, kind: 'data' }] });
    expect(admitted).toMatchObject({ version: 2, compression: 'zlib', refcountBits: 16, hasCompressedClusters: false });
  });

  it('zstd', async () => {
    const admitted = await facts({ compression: 'zstd', clusters: ONE_OF_EACH });
    expect(admitted).toMatchObject({ compression: 'zstd', hasCompressedClusters: true });
  });

  it('extended L2 entries', async () => {
    expect(await facts({ clusterBits: 14, extendedL2: true, clusters: ONE_OF_EACH })).toMatchObject({
      extendedL2: true,
    });
  });

  it('an empty disk', async () => {
    expect(await facts({ virtualSizeBytes: 0 })).toMatchObject({ virtualSizeBytes: 0, allocatedBytes: 0 });
  });

  it('persistent bitmaps', async () => {
    expect(await facts({ bitmap: true, clusters: ONE_OF_EACH })).toMatchObject({ bitmapCount: 1 });
  });

  it('a dirty image, whose data is whole', async () => {
    expect(await facts({ dirty: true, clusters: ONE_OF_EACH })).toMatchObject({ dirty: true });
  });

  it('unknown compatible and autoclear bits', async () => {
    const unknown = { compatibleFeatures: (2n ** 63n) | 2n, autoclearFeatures: (2n ** 63n) | 4n };
    expect(await facts(unknown)).toMatchObject({ version: 3, lazyRefcounts: false });
  });

  it('unknown header extensions, also several of one type', async () => {
    const unknown = { type: 0x12345678, data: Buffer.from('whatever') };
    expect(await facts({ extensions: [unknown, unknown] })).toMatchObject({ version: 3 });
  });

  it('internal snapshots and their shared tables where they are allowed', async () => {
    const limits = { ...DEFAULT_LIMITS, allowInternalSnapshots: true };
    const clusters: TinyImageOptions['clusters'] = [{ index: 0, kind: 'data' }];
    expect(await facts({ clusters, snapshots: 3 }, limits)).toMatchObject({ snapshotCount: 3, allocatedBytes: 4096 });
  });

  it('LUKS and its header where encryption is allowed', async () => {
    expect((await inspect(new MemorySource(luksImage()), ENCRYPTED)).encryption).toBe('luks');
  });

  it('AES where encryption is allowed', async () => {
    const { bytes } = tinyImage();
    bytes.writeUInt32BE(1, 32);
    const admitted = await inspect(new MemorySource(bytes), ENCRYPTED);
    expect(admitted.encryption).toBe('aes');
  });
});

describe('inspect refuses an image', () => {
  const hostile = { ...HOSTILE_HEADERS, ...HOSTILE_TABLES, ...HOSTILE_POLYGLOTS };

  it.each(Object.entries(hostile))('%s', async (_, { field, make }) => {
    const refused = await refusal(make());
    expect(refused.field).toBe(field);
    expect(refused.message.startsWith(`${field}: `)).toBe(true);
  });

  it.each([
    ['on a table', 4096],
    ['between clusters', 512],
    ['past the end', 2 ** 40],
  ])('with its encryption header %s', async (_, offset) => {
    expect((await refusal(luksImage(offset), ENCRYPTED)).field).toBe('encryption header pointer');
  });

  it('with LUKS but without its header', async () => {
    const { bytes } = tinyImage();
    bytes.writeUInt32BE(2, 32);
    expect((await refusal(bytes, ENCRYPTED)).field).toBe('header extension');
  });

  it("with a snapshot whose data is the disk's own at another offset", async () => {
    const { bytes, layout } = tinyImage({ clusters: [{ index: 0, kind: 'data' }], snapshots: 1 });
    const snapshotL1 = Number(bytes.readBigUInt64BE(layout.snapshotTable));
    // A table of its own for the snapshot, with the shared cluster one entry further on.
    const table = Buffer.alloc(4096);
    table.writeBigUInt64BE(BigInt(layout.data.get(0) ?? 0), 8);
    bytes.writeBigUInt64BE(BigInt(bytes.length), snapshotL1);
    const refused = await refusal(Buffer.concat([bytes, table]), { ...DEFAULT_LIMITS, allowInternalSnapshots: true });
    expect(refused.field).toBe('L2 table entry');
  });

  it.each([
    ['l1_table_offset', 0, 4096n],
    ['l1_table_offset', 0, 2n ** 40n],
    ['snapshot l1_size', 8, 0xffff_ffff_0000_0000n],
    ['snapshots_offset', 12, 0xffff_ffff_ffff_ffffn],
    ['snapshot extra data size', 32, 0xffff_ffffn],
  ])('with a snapshot entry that is wrong in its %s', async (field, at, word) => {
    const { bytes, layout } = tinyImage({ clusters: [{ index: 0, kind: 'data' }], snapshots: 1 });
    bytes.writeBigUInt64BE(word, layout.snapshotTable + at);
    const refused = await refusal(bytes, { ...DEFAULT_LIMITS, allowInternalSnapshots: true });
    expect(refused.field).toBe(field);
  });
});
