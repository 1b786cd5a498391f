import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { qemuImg } from '../contracts/qcow2/qemu-img.js';

const MIB = 2 ** 20;

/** QEMU's names of our formats. */
export const QEMU_NAMES = { qcow2: 'qcow2', raw: 'raw', vmdk: 'vmdk', vdi: 'vdi', vhd: 'vpc', vhdx: 'vhdx' } as const;
export type Format = keyof typeof QEMU_NAMES;

/** What our dynamic kinds are made with, where that differs from QEMU's own. */
const OPTIONS: Partial<Record<Format, string>> = { vhd: 'force_size=on' };

const packedBy = (command: string, input: Buffer): Buffer =>
  execFileSync(command, ['-c', '-1'], { input, maxBuffer: 256 * MIB });

/** Packs as other people's programs do. */
export const PACK = {
  none: (bytes: Buffer): Buffer => bytes,
  gz: (bytes: Buffer): Buffer => gzipSync(bytes),
  zst: (bytes: Buffer): Buffer => zstdCompressSync(bytes),
  xz: (bytes: Buffer): Buffer => packedBy('xz', bytes),
  bz2: (bytes: Buffer): Buffer => packedBy('bzip2', bytes),
} as const;

/** A folder of disks, all with the same content: some of it noise, most of it nothing. */
export class Disks {
  private constructor(
    readonly folder: string,
    readonly raw: Buffer,
  ) {}

  /** `seed` tells contents apart. */
  static async create(seed: string, noiseBytes = 700_000, sizeBytes = 6 * MIB): Promise<Disks> {
    const folder = await mkdtemp(join(tmpdir(), 'disks-'));
    const raw = Buffer.alloc(sizeBytes);
    noise(seed, noiseBytes).copy(raw, 70_000);
    await writeFile(join(folder, 'disk.raw'), raw);
    return new Disks(folder, raw);
  }

  /** The disk as a file of a format. */
  async as(format: Format): Promise<Buffer> {
    const path = join(this.folder, `disk.${format}`);
    if (format === 'raw') return this.raw;
    const options = OPTIONS[format];
    const more = options === undefined ? [] : ['-o', options];
    await qemuImg('convert', '-f', 'raw', '-O', QEMU_NAMES[format], ...more, join(this.folder, 'disk.raw'), path);
    return readFile(path);
  }

  /** Fails unless `bytes` are a disk of the format with the same content. */
  async expectSame(format: Format, bytes: Buffer): Promise<void> {
    const path = join(this.folder, 'other');
    await writeFile(path, bytes);
    await qemuImg('compare', '-f', 'raw', '-F', QEMU_NAMES[format], join(this.folder, 'disk.raw'), path);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** Bytes that no compression shrinks, the same in every run. */
function noise(seed: string, lengthBytes: number): Buffer {
  const blocks = Array.from({ length: Math.ceil(lengthBytes / 64) }, (_, index) =>
    createHash('sha512').update(`${seed} ${index}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, lengthBytes);
}

/** A raw disk in zstd frames that are small and unpack to `mebibytes`, none of them zeros: a while's work for `qemu-img`. */
export function longDisk(mebibytes: number, seed = 'long'): Buffer {
  const frameMebibytes = 64;
  const frame = zstdCompressSync(Buffer.alloc(frameMebibytes * MIB, noise(seed, 65_536)));
  return Buffer.concat(Array.from({ length: mebibytes / frameMebibytes }, () => frame));
}
