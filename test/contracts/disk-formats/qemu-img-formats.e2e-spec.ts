import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DiskFacts, type DiskFormat, inspectDisk } from '#disk-formats';
import { qemuImg } from '../qcow2/qemu-img.js';

const KIB = 1024;
const MIB = KIB * KIB;
const LIMITS = { maxVirtualSizeBytes: 2 ** 44 };

let folder: string;
const inFolder = (name: string): string => join(folder, name);

/** Bytes that no compression shrinks, the same in every run. */
function noise(lengthBytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(lengthBytes / 64) }, (_, index) =>
    createHash('sha512').update(`${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

/** Content to convert: holes, and sizes that end within a block of every format. */
const SOURCES = {
  sector: () => noise(512),
  odd: () => Buffer.concat([noise(70_000), Buffer.alloc(3 * MIB), noise(100_240)]),
  blank: () => Buffer.alloc(5 * MIB),
  dense: () => noise(4 * MIB + 512),
} as const;

/** Every subformat that is one file without a parent: our format, QEMU's name and options, our variant. */
const SUBFORMATS = [
  ['raw', 'raw', '', 'plain'],
  ['vmdk', 'vmdk', 'subformat=monolithicSparse', 'monolithicSparse'],
  ['vmdk', 'vmdk', 'subformat=monolithicSparse,zeroed_grain=on', 'monolithicSparse'],
  ['vmdk', 'vmdk', 'subformat=monolithicSparse,compat6=on', 'monolithicSparse'],
  ['vmdk', 'vmdk', 'subformat=streamOptimized', 'streamOptimized'],
  ['vdi', 'vdi', 'static=off', 'dynamic'],
  ['vdi', 'vdi', 'static=on', 'fixed'],
  ['vhd', 'vpc', 'subformat=dynamic', 'dynamic'],
  ['vhd', 'vpc', 'subformat=fixed', 'fixed'],
  ['vhd', 'vpc', 'subformat=dynamic,force_size=on', 'dynamic'],
  ['vhd', 'vpc', 'subformat=fixed,force_size=on', 'fixed'],
  ['vhdx', 'vhdx', 'subformat=dynamic', 'dynamic'],
  ['vhdx', 'vhdx', 'subformat=fixed', 'fixed'],
  ['vhdx', 'vhdx', 'subformat=dynamic,block_size=1M,log_size=4M', 'dynamic'],
  ['vhdx', 'vhdx', 'subformat=dynamic,block_size=32M,block_state_zero=off', 'dynamic'],
] as const;

async function inspectFile(format: DiskFormat, path: string): Promise<DiskFacts> {
  const file = await open(path);
  try {
    const { size: sizeBytes } = await file.stat();
    const read = async (offset: number, length: number): Promise<Buffer> => {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, offset);
      return buffer.subarray(0, bytesRead);
    };
    return await inspectDisk(format, { sizeBytes, read }, LIMITS);
  } finally {
    await file.close();
  }
}

async function virtualSizeFor(driver: string, path: string): Promise<number> {
  // The shape is qemu-img's documented one.
  const info = JSON.parse(await qemuImg('info', '-f', driver, '--output=json', path)) as { 'virtual-size': number };
  return info['virtual-size'];
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'disk-formats-'));
  for (const [name, make] of Object.entries(SOURCES)) await writeFile(inFolder(`${name}.raw`), make());
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe.each(SUBFORMATS)('a disk of %s by QEMU’s %s with "%s"', (format, driver, options, variant) => {
  const toFormat = ['-O', driver, ...(options === '' ? [] : ['-o', options])];

  it.each(Object.keys(SOURCES))(
    'is admitted when converted from a %s disk, of the size that QEMU sees',
    async (name) => {
      const disk = inFolder(`${name}.disk`);
      await qemuImg('convert', '-f', 'raw', ...toFormat, inFolder(`${name}.raw`), disk);
      const facts = await inspectFile(format, disk);
      expect(facts).toMatchObject({ format, variant, virtualSizeBytes: await virtualSizeFor(driver, disk) });
      expect(facts.allocatedBytes).toBeLessThanOrEqual(Math.max((await stat(disk)).size * 1032, MIB));
    },
  );

  it('is refused when its last quarter is missing', async () => {
    const disk = inFolder('cut.disk');
    await qemuImg('convert', '-f', 'raw', ...toFormat, inFolder('dense.raw'), disk);
    const file = await open(disk, 'r+');
    await file.truncate(Math.floor(((await file.stat()).size * 3) / 4 / 512) * 512 + 1);
    await file.close();
    await expect(inspectFile(format, disk)).rejects.toMatchObject({ name: 'DiskRefusedError' });
  });
});

describe('disks in several files', () => {
  it.each(['monolithicFlat', 'twoGbMaxExtentFlat', 'twoGbMaxExtentSparse'])(
    'are refused, their descriptor and their extents: VMDK %s',
    async (subformat) => {
      const disk = inFolder(`${subformat}.vmdk`);
      await qemuImg('create', '-f', 'vmdk', '-o', `subformat=${subformat}`, disk, '8M');
      const files = (await readdir(folder)).filter((name) => name.startsWith(subformat));
      expect(files).toHaveLength(2);
      for (const name of files) {
        await expect(inspectFile('vmdk', inFolder(name))).rejects.toMatchObject({ name: 'DiskRefusedError' });
      }
    },
  );

  it('are refused when the second is a parent: VMDK', async () => {
    await qemuImg('create', '-f', 'vmdk', inFolder('parent.vmdk'), '8M');
    await qemuImg('create', '-f', 'vmdk', '-b', 'parent.vmdk', '-F', 'vmdk', inFolder('child.vmdk'));
    await expect(inspectFile('vmdk', inFolder('child.vmdk'))).rejects.toMatchObject({ field: 'parentFileNameHint' });
  });
});

describe('large disks', () => {
  it.each([
    ['vmdk', 'vmdk', 'subformat=monolithicSparse', 2 ** 41],
    ['vdi', 'vdi', 'static=off', 2 ** 42],
    ['vhd', 'vpc', 'subformat=dynamic,force_size=on', 2 ** 40],
    ['vhdx', 'vhdx', 'subformat=dynamic', 2 ** 44],
    ['vhdx', 'vhdx', 'subformat=dynamic,block_size=1M', 2 ** 42],
  ] as const)('are admitted: %s by QEMU’s %s with %s', async (format, driver, options, size) => {
    const disk = inFolder('large.disk');
    await qemuImg('create', '-f', driver, '-o', options, disk, String(size));
    expect(await inspectFile(format, disk)).toMatchObject({ virtualSizeBytes: await virtualSizeFor(driver, disk) });
  });
});
