import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DEFAULT_LIMITS } from '#qcow2';
import { expectAdmitted } from './agreement.js';
import { inspectFile, qemuImg, qemuIo } from './qemu-img.js';

const KIB = 1024;
const MIB = KIB * KIB;

let folder: string;
let image: string;

/** Disks to convert: bytes that don't compress, bytes that do, holes, and sizes that end within a cluster. */
const SOURCES = {
  noise: () => noise(300 * KIB),
  text: () => Buffer.alloc(300 * KIB, 'all work and no play '),
  sparse: () => Buffer.concat([noise(5000), Buffer.alloc(MIB), noise(70_000), Buffer.alloc(MIB), noise(513)]),
  tiny: () => noise(512),
  odd: () => noise(100_352),
  ones: () => Buffer.alloc(2 * MIB, 0xff),
} as const;

/** Bytes that no compression shrinks, the same in every run. */
function noise(lengthBytes: number): Buffer {
  const blocks: Buffer[] = [];
  for (let done = 0; done < lengthBytes; done += 64) {
    blocks.push(createHash('sha512').update(`${lengthBytes} ${done}`).digest());
  }
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

const source = (name: string): string => join(folder, `${name}.raw`);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'qcow2-compare-'));
  image = join(folder, 'image.qcow2');
  for (const [name, make] of Object.entries(SOURCES)) await writeFile(source(name), make());
});

afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(() => rm(image, { force: true }));

describe('what qemu-img create makes is admitted, and described alike', () => {
  const CREATED = [
    'compat=0.10',
    'compat=1.1',
    ...['512', '1k', '4k', '64k', '2M'].map((size) => `cluster_size=${size}`),
    ...[1, 2, 4, 8, 16, 32, 64].map((bits) => `refcount_bits=${bits}`),
    'lazy_refcounts=on',
    'compression_type=zstd',
    'extended_l2=on',
    'extended_l2=on,cluster_size=16k',
    ...['metadata', 'falloc', 'full'].flatMap((mode) => [
      `preallocation=${mode}`,
      `preallocation=${mode},cluster_size=512`,
      `preallocation=${mode},extended_l2=on`,
      `preallocation=${mode},refcount_bits=64,cluster_size=1k`,
    ]),
  ];

  it.each(CREATED)('-o %s', async (options) => {
    for (const size of ['0', '70001', '3M']) {
      await qemuImg('create', '-q', '-f', 'qcow2', '-o', options, image, size);
      await expectAdmitted(image);
    }
  });

  it('a disk of 10 TiB in a file of 200 KiB', async () => {
    await qemuImg('create', '-q', '-f', 'qcow2', image, '10T');
    expect(await expectAdmitted(image)).toMatchObject({ allocatedBytes: 0 });
  });
});

describe('what qemu-img convert makes is admitted, and described alike', () => {
  const CLUSTERS = ['512', '4k', '64k', '2M'];
  const LAYOUTS = [
    ...CLUSTERS.flatMap((size) => [`cluster_size=${size}`, `cluster_size=${size},compression_type=zstd`]),
    'compat=0.10',
    'extended_l2=on',
    'extended_l2=on,cluster_size=32k,compression_type=zstd',
    'preallocation=metadata,extended_l2=on',
    'refcount_bits=1,cluster_size=512',
    'refcount_bits=64',
    'lazy_refcounts=on',
  ];

  it.each(LAYOUTS)('-o %s', async (options) => {
    for (const name of Object.keys(SOURCES)) {
      await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', '-o', options, source(name), image);
      expect(await expectAdmitted(image)).toMatchObject({ hasCompressedClusters: false });
    }
  });

  it.each(LAYOUTS.filter((options) => !options.includes('preallocation')))('-c -o %s', async (options) => {
    for (const name of Object.keys(SOURCES)) {
      await qemuImg('convert', '-c', '-f', 'raw', '-O', 'qcow2', '-o', options, source(name), image);
      await expectAdmitted(image);
    }
  });

  it.each(['-W', '-S 0', '-m 16 -W -c'])('%s', async (flags) => {
    await qemuImg('convert', ...flags.split(' '), '-f', 'raw', '-O', 'qcow2', source('sparse'), image);
    await expectAdmitted(image);
  });

  it.each([
    ['zlib', '64k'],
    ['zlib', '2M'],
    ['zstd', '64k'],
    ['zstd', '2M'],
  ])('a disk of one repeated byte, the densest that %s in clusters of %s gets', async (type, size) => {
    const disk = join(folder, 'ones-large.raw');
    await writeFile(disk, Buffer.alloc(64 * MIB, 0xff));
    await qemuImg('convert', '-c', '-O', 'qcow2', '-o', `compression_type=${type},cluster_size=${size}`, disk, image);
    expect(await expectAdmitted(image)).toMatchObject({ allocatedBytes: 64 * MIB, hasCompressedClusters: true });
  });
});

describe('what becomes of an image in use is admitted', () => {
  it.each(['512', '64k'])('persistent bitmaps, clusters of %s', async (size) => {
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', '-o', `cluster_size=${size}`, source('sparse'), image);
    await qemuImg('bitmap', '--add', '--enable', '-g', '512', image, 'dirty');
    await qemuImg('bitmap', '--add', '--disable', image, 'frozen');
    await qemuIo(image, 'write 0 1M');
    expect(await expectAdmitted(image)).toMatchObject({ bitmapCount: 2 });
  });

  it('single sectors written here and there', async () => {
    await qemuImg('create', '-q', '-f', 'qcow2', '-o', 'extended_l2=on', image, '1M');
    for (const command of ['write 10k 3k', 'write 130k 1k', 'write -z 256k 64k', 'write 1020k 512', 'discard 0 64k']) {
      await qemuIo(image, command);
      await expectAdmitted(image);
    }
  });

  it('compressed clusters at the very end of a file that is not padded to a sector', async () => {
    await qemuImg('create', '-q', '-f', 'qcow2', image, '1M');
    await qemuIo(image, 'write -c 64k 64k');
    const { length } = await readFile(image);
    expect(length % 512).not.toBe(0);
    expect(await expectAdmitted(image)).toMatchObject({ hasCompressedClusters: true });
    await truncate(image, length - 1);
    await expect(inspectFile(image)).rejects.toMatchObject({ field: 'L2 table entry' });
  });

  it('a compressed disk partly written over', async () => {
    await qemuImg('convert', '-c', '-f', 'raw', '-O', 'qcow2', source('text'), image);
    await qemuIo(image, 'write 64k 64k');
    await expectAdmitted(image);
  });

  it('resized both ways', async () => {
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', source('sparse'), image);
    await qemuImg('resize', '-q', '--shrink', image, '100K');
    await expectAdmitted(image);
    await qemuImg('resize', '-q', '--preallocation=metadata', image, '20M');
    await expectAdmitted(image);
  });

  it('amended to version 2 and back', async () => {
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', source('sparse'), image);
    await qemuImg('amend', '-o', 'compat=0.10', image);
    await expectAdmitted(image);
    await qemuImg('amend', '-o', 'compat=1.1,lazy_refcounts=on', image);
    await expectAdmitted(image);
  });

  it('a snapshot made and deleted, and a backing file cut loose', async () => {
    const base = join(folder, 'base.qcow2');
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', source('text'), base);
    await qemuImg('create', '-q', '-f', 'qcow2', '-b', base, '-F', 'qcow2', image);
    await expect(inspectFile(image)).rejects.toMatchObject({ field: 'backing_file_offset' });
    await qemuImg('rebase', '-b', '', image);
    await expectAdmitted(image);
    await qemuImg('snapshot', '-c', 'one', image);
    await expect(inspectFile(image)).rejects.toMatchObject({ field: 'nb_snapshots' });
    await qemuImg('snapshot', '-d', 'one', image);
    await expectAdmitted(image);
  });

  it.each(['cluster_size=64k', 'cluster_size=512', 'extended_l2=on'])(
    'diverged snapshots, where allowed: %s',
    async (options) => {
      const limits = { ...DEFAULT_LIMITS, allowInternalSnapshots: true };
      await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', '-o', options, source('sparse'), image);
      for (const name of ['one', 'two', 'three']) {
        await qemuImg('snapshot', '-c', name, image);
        await qemuIo(image, `write -P ${name.length} 0 70k`);
        await qemuIo(image, 'write -c 128k 64k').catch(() => undefined);
      }
      expect(await expectAdmitted(image, limits)).toMatchObject({ snapshotCount: 3 });
      await qemuImg('snapshot', '-a', 'one', image);
      await qemuImg('snapshot', '-d', 'two', image);
      expect(await expectAdmitted(image, limits)).toMatchObject({ snapshotCount: 2 });
    },
  );

  it('an external data file is refused', async () => {
    await qemuImg('create', '-q', '-f', 'qcow2', '-o', `data_file=${join(folder, 'data.raw')}`, image, '1M');
    await expect(inspectFile(image)).rejects.toMatchObject({ field: 'incompatible_features' });
  });
});
