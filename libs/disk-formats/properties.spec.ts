import fc from 'fast-check';
import { fixedVhd, tinyStream, tinyVdi, tinyVhd, tinyVhdx, tinyVmdk } from '../../test/fixtures/disk-formats/index.js';
import { MemorySource } from '../../test/fixtures/qcow2/index.js';
import { DISK_FORMATS, type DiskFormat, DiskRefusedError, inspectDisk } from './index.js';

const LIMITS = { maxVirtualSizeBytes: 2 ** 44 };

const VALID: readonly (readonly [DiskFormat, Buffer, readonly number[]])[] = [
  ['vmdk', tinyVmdk(), [0, 32, 64, 512, 640, 10_752, 11_264]],
  ['vmdk', tinyStream(), [0, 32, 64, 512, 640, 10_752, 11_264, tinyStream().length - 1024]],
  ['vdi', tinyVdi(), [64, 0x150, 0x178, 0x1a8, 512]],
  ['vhd', tinyVhd(), [0, 48, 512, 528, 544, 1536, tinyVhd().length - 512]],
  ['vhd', fixedVhd(), [0, 4096, 4096 + 48]],
  ['vhdx', tinyVhdx(), [65_536, 65_584, 2 ** 20, 2 ** 20 + 32, 2 ** 20 + 65_536, 2 ** 21]],
];

const words = fc.oneof(
  fc.bigInt(0n, 2n ** 64n - 1n),
  fc.constantFrom(0n, 1n, 2n ** 20n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 63n, 2n ** 64n - 1n),
);

const mutated = fc.constantFrom(...VALID).chain(([format, bytes, places]) =>
  fc
    .array(
      fc.record({ place: fc.constantFrom(...places), delta: fc.nat(80), word: words, width: fc.constantFrom(1, 4, 8) }),
      {
        minLength: 1,
        maxLength: 4,
      },
    )
    .map((changes) => {
      const copy = Buffer.from(bytes);
      for (const { place, delta, word, width } of changes) {
        const patch = Buffer.alloc(8);
        patch.writeBigUInt64LE(word);
        patch.copy(copy, place + delta, 0, width);
      }
      return [format, copy] as const;
    }),
);

/** Fails on any error but a refusal, and on a read that the file's size does not bound. */
async function expectVerdict(format: DiskFormat, bytes: Buffer): Promise<void> {
  const source = new MemorySource(bytes);
  await inspectDisk(format, source, LIMITS).catch((error: unknown) => {
    if (!(error instanceof DiskRefusedError)) throw error;
  });
  expect(source.reads.every(({ offset, length }) => offset >= 0 && offset + length <= bytes.length)).toBe(true);
  expect(Math.max(0, ...source.reads.map(({ length }) => length))).toBeLessThanOrEqual(65_536);
  expect(source.reads.reduce((sum, { length }) => sum + length, 0)).toBeLessThan(2 * bytes.length + 400_000);
}

describe('inspectDisk', () => {
  it('answers noise with a verdict, whatever it is declared as', async () => {
    const noise = fc.tuple(fc.constantFrom(...DISK_FORMATS), fc.uint8Array({ maxLength: 3000 }));
    await fc.assert(fc.asyncProperty(noise, ([format, bytes]) => expectVerdict(format, Buffer.from(bytes))));
  });

  it('answers every mutation of a valid file with a verdict, within the file and a few passes over it', async () => {
    await fc.assert(
      fc.asyncProperty(mutated, ([format, bytes]) => expectVerdict(format, bytes)),
      { numRuns: 600 },
    );
  });

  it('answers every truncation with a refusal', async () => {
    const truncated = fc
      .constantFrom(...VALID)
      .chain(([format, bytes]) => fc.tuple(fc.constant(format), fc.constant(bytes), fc.nat(bytes.length - 1)));
    await fc.assert(
      fc.asyncProperty(truncated, async ([format, bytes, length]) => {
        const source = new MemorySource(bytes.subarray(0, length));
        await expect(inspectDisk(format, source, LIMITS)).rejects.toBeInstanceOf(DiskRefusedError);
      }),
    );
  });
});
