import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '#qcow2';
import { HOSTILE_HEADERS, HOSTILE_TABLES, tinyImage, type TinyImageOptions } from '../../fixtures/qcow2/index.js';
import { expectAdmitted } from './agreement.js';
import { inspectFile, isBrokenForQemu } from './qemu-img.js';

let folder: string;
let image: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qcow2-check-'));
  image = join(folder, 'image.qcow2');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('our own fixtures are what they say', () => {
  const VALID: TinyImageOptions[] = [
    { clusters: [0, 1, 5].map((index) => ({ index, kind: 'compressed' })) },
    { clusters: [0, 1, 5].map((index) => ({ index, kind: 'compressed' })), compression: 'zstd' },
    { clusterBits: 9, version: 2, clusters: [0, 70].map((index) => ({ index, kind: 'data' })), snapshots: 2 },
    { clusterBits: 9, refcountOrder: 6, clusters: [0, 3].map((index) => ({ index, kind: 'reserved zero' })) },
    {
      clusterBits: 14,
      extendedL2: true,
      bitmap: true,
      clusters: [
        { index: 0, kind: 'data' },
        { index: 3, kind: 'zero' },
      ],
    },
  ];

  it.each(VALID)('valid for qemu-img check: %j', async (options) => {
    await writeFile(image, tinyImage(options).bytes);
    expect(await isBrokenForQemu(image)).toBe(false);
    await expectAdmitted(image, { ...DEFAULT_LIMITS, allowInternalSnapshots: true });
  });

  /** Refused although QEMU makes do with them: by policy, or by a rule of the format that QEMU doesn't check. */
  const STRICTER_THAN_QEMU = [
    'withBackingFile',
    'withBackingFileInVersionTwo',
    'withInternalSnapshot',
    'withCorruptBit',
    'withHeaderOf109Bytes',
    'withDataFileExtension',
    'withTwoFeatureNameTables',
    'withDataBehindTheExtensions',
    'withLengthOnTheEndMarker',
    'withZeroBitInVersionTwo',
    'withZeroBitInExtendedL2',
    'withHeaderAsData',
    'withCompressedClustersOverlapping',
    'withItsLastByteMissing',
  ];

  it.each(Object.entries({ ...HOSTILE_HEADERS, ...HOSTILE_TABLES }))('%s', async (name, { make }) => {
    await writeFile(image, make());
    expect([name, await isBrokenForQemu(image)]).toEqual([name, !STRICTER_THAN_QEMU.includes(name)]);
  });
});

describe('what qemu-img check calls broken is refused', () => {
  /** Every cluster is used, so that a pointer to a wrong one is never a mere matter of refcounts. */
  const { bytes, layout } = tinyImage({
    clusters: [
      { index: 0, kind: 'data' },
      { index: 1, kind: 'compressed' },
      { index: 2, kind: 'reserved zero' },
    ],
  });
  const l2Table = layout.l2Tables[0] ?? 0;

  it.each([
    ['the header up to its features', 0, 80],
    ['header_length and compression_type', 100, 5],
    ['the L1 entry', layout.l1Table, 8],
    ['an L2 entry for data', l2Table, 8],
    ['an L2 entry for compressed data', l2Table + 8, 8],
    ['an L2 entry for zeros', l2Table + 16, 8],
  ])('whichever bit of %s flips', async (_, start, length) => {
    const flips = Array.from({ length: length * 8 }, (_bit, bit) => ({ at: start + (bit >> 3), bit: bit & 7 }));
    // Bit 63 of an entry repeats what the refcounts say, and bit 62 of one for data brings bit 63 into play. Neither
    // concerns a reader.
    const isAboutRefcounts = ({ at, bit }: { at: number; bit: number }): boolean =>
      start > 100 && at === start && bit > 5;
    for (const { at, bit } of flips.filter((flip) => !isAboutRefcounts(flip))) {
      const broken = Buffer.from(bytes);
      broken[at] = (broken[at] ?? 0) ^ (1 << bit);
      await writeFile(image, broken);
      const isAdmitted = await inspectFile(image).then(
        () => true,
        () => false,
      );
      // Only what we admit needs QEMU's word.
      if (isAdmitted) expect([at, bit, await isBrokenForQemu(image)]).toEqual([at, bit, false]);
    }
  });
});
