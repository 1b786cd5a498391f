import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, open, readdir, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Conversion, QEMU_FORMATS, QemuImg } from '#platform/qemu-img';
import { Sandbox, SandboxLimitError } from '#platform/sandbox';
import { eventually } from '../../support/eventually.js';
import { qemuImg } from '../../contracts/qcow2/qemu-img.js';
import { countRunning } from '../sandbox/box.js';

const MIB = 2 ** 20;
const LIMITS = { cpuSeconds: 60, wallMs: 60_000, fileBytes: 64 * MIB };

let folder: string;
let own: string;
let disk: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'convert-'));
  own = join(folder, 'own');
  await mkdir(own);
  disk = join(folder, 'disk.raw');
  await writeFile(disk, Buffer.concat([randomBytes(700_000), Buffer.alloc(5 * MIB), randomBytes(80_896)]), {
    mode: 0o640,
  });
  await truncate(disk, 7 * MIB + 512);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

const result = (): string => join(own, 'result');

function conversion(more: Partial<Conversion> = {}): Conversion {
  return {
    inputPath: disk,
    inputFormat: 'raw',
    outputPath: result(),
    outputFormat: 'qcow2',
    limits: LIMITS,
    ...more,
  };
}

describe.each(['bubblewrap', 'none'] as const)('a conversion with SANDBOX=%s', (mode) => {
  const converter = new QemuImg(new Sandbox(mode));
  const convert = (more: Partial<Conversion> = {}): Promise<void> => converter.convert(conversion(more));

  it.each(QEMU_FORMATS)('to %s and back loses nothing', async (format) => {
    await convert({ outputFormat: format });
    const back = join(own, 'back');
    await qemuImg('compare', '-f', 'raw', '-F', format, disk, result());
    await convert({ inputPath: result(), inputFormat: format, outputPath: back, outputFormat: 'raw' });
    expect(await sha256(back)).toBe(await sha256(disk));
    expect((await stat(result())).uid).toBe(process.getuid?.());
  });
});

describe('a conversion', () => {
  const converter = new QemuImg(new Sandbox('bubblewrap'));
  const convert = (more: Partial<Conversion> = {}): Promise<void> => converter.convert(conversion(more));

  it('can be had', async () => {
    expect(await converter.isAvailable()).toBe(true);
  });

  it('tells its progress, from the start to the end', async () => {
    const told: number[] = [];
    await convert({ onProgress: (percent) => told.push(percent) });
    expect(told.at(-1)).toBe(100);
    expect(told).toEqual([...told].sort((a, b) => a - b));
  });

  it('makes qcow2 of version 3 that qemu-img finds without fault', async () => {
    await convert();
    const info: unknown = JSON.parse(await qemuImg('info', '-f', 'qcow2', '--output=json', result()));
    expect(info).toMatchObject({
      'virtual-size': 7 * MIB + 512,
      'cluster-size': 65_536,
      'format-specific': { data: { compat: '1.1', 'lazy-refcounts': false } },
    });
    await qemuImg('check', '-f', 'qcow2', result());
  });

  it('compresses qcow2 and vmdk, and nothing else', async () => {
    await writeFile(disk, Buffer.alloc(4 * MIB, 'text '));
    for (const outputFormat of ['qcow2', 'vmdk'] as const) {
      await convert({ outputFormat, compress: true });
      expect((await stat(result())).size).toBeLessThan(MIB);
      await rm(result());
    }
    await expect(convert({ outputFormat: 'vdi', compress: true })).rejects.toThrow(
      'A disk of vdi cannot be compressed',
    );
  });

  it('of a VHD goes by the size in its footer, whoever made it', async () => {
    const vhd = join(folder, 'disk.vhd');
    await qemuImg('convert', '-f', 'raw', '-O', 'vpc', '-o', 'subformat=fixed,force_size=on', disk, vhd);
    await claimCreator(vhd, 'vbox');
    await convert({ inputPath: vhd, inputFormat: 'vpc', outputFormat: 'raw' });
    expect(await sha256(result())).toBe(await sha256(disk));
  });

  it('that fails says why without telling where files are, and leaves nothing', async () => {
    await writeFile(disk, Buffer.alloc(4 * MIB));
    await expect(convert({ inputFormat: 'vhdx' })).rejects.toMatchObject({
      name: 'QemuImgError',
      message: expect.stringMatching(/^Could not open 'the disk': /),
    });
    expect(await readdir(own)).toEqual([]);
  });

  it('does not look for what a disk names', async () => {
    await writeFile(join(folder, 'secret'), Buffer.alloc(MIB, 'secret'));
    const overlay = join(folder, 'overlay');
    await qemuImg('create', '-f', 'qcow2', '-b', join(folder, 'secret'), '-F', 'raw', overlay);
    await expect(convert({ inputPath: overlay, inputFormat: 'qcow2' })).rejects.toMatchObject({ name: 'QemuImgError' });
    expect(await readdir(own)).toEqual([]);
  });

  it('stops at its size, and leaves nothing', async () => {
    const limits = { ...LIMITS, fileBytes: 500_000 };
    await expect(convert({ limits })).rejects.toEqual(new SandboxLimitError('qemu-img', 'file size'));
    expect(await readdir(own)).toEqual([]);
  });

  it('stops at once when it is no longer wanted, and leaves nothing', async () => {
    await truncate(disk, 2 ** 36);
    await writeFile(disk, randomBytes(60 * MIB), { flag: 'r+' });
    const controller = new AbortController();
    const reason = new Error('Cancelled');
    const stopped = convert({ signal: controller.signal, onProgress: () => controller.abort(reason) });
    await expect(stopped).rejects.toBe(reason);
    expect(await readdir(own)).toEqual([]);
    await eventually(async () => expect(await countRunning('qemu-img convert -p')).toBe(0));
  });
});

/** Writes another program's name into the footer of a fixed VHD, and the checksum that then is right. */
async function claimCreator(path: string, creator: string): Promise<void> {
  const file = await open(path, 'r+');
  const at = (await file.stat()).size - 512;
  const { buffer: footer } = await file.read(Buffer.alloc(512), 0, 512, at);
  footer.write(creator, 28, 'latin1');
  footer.writeUInt32BE(0, 64);
  footer.writeUInt32BE(~footer.reduce((sum, byte) => sum + byte, 0) >>> 0, 64);
  await file.write(footer, 0, 512, at);
  await file.close();
}
