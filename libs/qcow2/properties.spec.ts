import fc from 'fast-check';
import { MemorySource, tinyImage, type TinyImage, type TinyImageOptions } from '../../test/fixtures/qcow2/index.js';
import { checkHeader, DEFAULT_LIMITS, inspect, Qcow2RefusedError, type Qcow2Limits } from './index.js';

const EVERYTHING: Qcow2Limits = { ...DEFAULT_LIMITS, allowEncryption: true, allowInternalSnapshots: true };

const clusters = (kinds: readonly ('data' | 'compressed' | 'zero' | 'reserved zero')[]) =>
  fc.uniqueArray(fc.record({ index: fc.nat(150), kind: fc.constantFrom(...kinds) }), {
    selector: ({ index }) => index,
    maxLength: 12,
  });

const version2: fc.Arbitrary<TinyImageOptions> = fc.record({
  version: fc.constant(2),
  clusterBits: fc.integer({ min: 9, max: 13 }),
  clusters: clusters(['data', 'compressed']),
  snapshots: fc.nat(2),
});

const version3: fc.Arbitrary<TinyImageOptions> = fc
  .record({
    clusterBits: fc.integer({ min: 9, max: 13 }),
    extendedL2: fc.boolean(),
    clusters: clusters(['data', 'compressed', 'zero', 'reserved zero']),
    compression: fc.constantFrom('zlib', 'zstd'),
    refcountOrder: fc.nat(6),
    compatibleFeatures: fc.bigInt(0n, 2n ** 64n - 1n),
    autoclearFeatures: fc.bigInt(0n, 2n ** 62n - 1n).map((bits) => bits << 2n),
    dirty: fc.boolean(),
    bitmap: fc.boolean(),
    snapshots: fc.nat(2),
  })
  .map((options) => ({ ...options, clusterBits: options.extendedL2 ? 14 : options.clusterBits }));

const anyOptions = fc.oneof(version2, version3);

/** Where the metadata is: the places worth breaking. */
function metadata({ layout }: TinyImage): number[] {
  const tables = [layout.l1Table, layout.refcountTable, ...layout.l2Tables.filter((offset) => offset > 0)];
  const extras = [layout.bitmapDirectory, layout.bitmapTable, layout.snapshotTable].filter((offset) => offset > 0);
  return [0, 32, 64, 96, 112, 128, ...tables, ...extras];
}

/** Values that mean something to a table, besides noise. */
function values({ bytes, layout }: TinyImage): fc.Arbitrary<bigint> {
  const offsets = [layout.l1Table, ...layout.refcountBlocks, ...layout.data.values(), bytes.length, bytes.length - 512];
  return fc.oneof(
    fc.bigInt(0n, 2n ** 64n - 1n),
    fc.constantFrom(0n, 1n, 2n ** 63n, 2n ** 62n, 2n ** 56n - 512n, 2n ** 64n - 1n, ...offsets.map(BigInt)),
  );
}

interface Mutation {
  readonly table: number;
  readonly delta: number;
  readonly value: bigint;
  readonly width: 1 | 4 | 8;
}

function mutations(image: TinyImage): fc.Arbitrary<Mutation[]> {
  const mutation: fc.Arbitrary<Mutation> = fc.record({
    table: fc.constantFrom(...metadata(image)),
    delta: fc.oneof(
      fc.nat(7).map((word) => word * 8),
      fc.nat(400),
    ),
    value: values(image),
    width: fc.constantFrom(1, 4, 8),
  });
  return fc.array(mutation, { minLength: 1, maxLength: 4 });
}

function mutate(image: TinyImage, changes: readonly Mutation[]): Buffer {
  const bytes = Buffer.from(image.bytes);
  for (const { table, delta, value, width } of changes) {
    const word = Buffer.alloc(8);
    word.writeBigUInt64BE(value);
    word.copy(bytes, table + delta, 8 - width);
  }
  return bytes;
}

async function refusalOf(source: MemorySource, limits: Qcow2Limits): Promise<string | undefined> {
  try {
    await inspect(source, limits);
    return undefined;
  } catch (error) {
    if (error instanceof Qcow2RefusedError) return error.message;
    throw error;
  }
}

describe('inspect', () => {
  it('admits every valid image, and describes it as it was made', async () => {
    await fc.assert(
      fc.asyncProperty(anyOptions, async (options) => {
        const facts = await inspect(new MemorySource(tinyImage(options).bytes), EVERYTHING);
        const kinds = (options.clusters ?? []).map(({ kind }) => kind);
        expect(facts).toMatchObject({
          version: options.version ?? 3,
          extendedL2: options.extendedL2 ?? false,
          compression: options.compression ?? 'zlib',
          hasCompressedClusters: kinds.includes('compressed'),
          snapshotCount: options.snapshots ?? 0,
          allocatedBytes:
            kinds.filter((kind) => kind === 'data' || kind === 'compressed').length * facts.clusterSizeBytes,
        });
      }),
      { numRuns: 100 },
    );
  });

  it('answers every mutation with a verdict, within the file and a few passes over it', async () => {
    const cases = anyOptions.chain((options) => {
      const image = tinyImage(options);
      return fc.tuple(fc.constant(image), mutations(image));
    });
    await fc.assert(
      fc.asyncProperty(cases, async ([image, changes]) => {
        const source = new MemorySource(mutate(image, changes));
        await refusalOf(source, EVERYTHING);
        const inBounds = source.reads.every(({ offset, length }) => offset >= 0 && offset + length <= source.sizeBytes);
        const bytesRead = source.reads.reduce((sum, { length }) => sum + length, 0);
        expect(inBounds).toBe(true);
        expect(bytesRead).toBeLessThan(4 * source.sizeBytes + 300_000);
      }),
      { numRuns: 400 },
    );
  });

  it('refuses whatever checkHeader refused', async () => {
    const image = tinyImage({ bitmap: true, clusters: [{ index: 1, kind: 'compressed' }] });
    await fc.assert(
      fc.asyncProperty(mutations(image), async (changes) => {
        const bytes = mutate(image, changes);
        const verdict = checkHeader(bytes, EVERYTHING);
        const refusal = await refusalOf(new MemorySource(bytes), EVERYTHING);
        expect(verdict.kind === 'refused' ? refusal : 'anything').toBeDefined();
      }),
      { numRuns: 300 },
    );
  });

  it('refuses every truncation of an image that ends in data', async () => {
    const { bytes } = tinyImage({ clusterBits: 9, clusters: [0, 1, 70].map((index) => ({ index, kind: 'data' })) });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), async (length) => {
        expect(await refusalOf(new MemorySource(bytes.subarray(0, length)), DEFAULT_LIMITS)).toBeDefined();
      }),
    );
  });

  it('answers noise with a refusal', async () => {
    const noise = fc
      .uint8Array({ maxLength: 2000 })
      .map((body) => Buffer.concat([Buffer.from('QFI\xfb', 'latin1'), body]));
    await fc.assert(
      fc.asyncProperty(noise, async (bytes) => {
        expect(await refusalOf(new MemorySource(bytes), EVERYTHING)).toBeDefined();
      }),
    );
  });
});
