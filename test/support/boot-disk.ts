import { execFile } from 'node:child_process';
import { mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { qemuImg } from '../contracts/qcow2/qemu-img.js';
import { bootKernel } from './boot-kernel.js';

const SECTOR = 512;
const START = 2048;
const SECTORS = 22 * 2048;
const KERNEL_ARGUMENTS = 'console=tty0 console=ttyS0 loglevel=4';

/** A QCOW2 disk that a BIOS boots: syslinux on FAT, Debian's kernel, and busybox, which runs `script`. */
export async function bootDisk(script: string): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'boot-disk-'));
  try {
    const [raw, initrd, config] = [join(dir, 'disk.raw'), join(dir, 'initrd'), join(dir, 'syslinux.cfg')];
    await writeFile(initrd, gzipSync(await initialFiles(script), { level: 1 }));
    await writeFile(config, `DEFAULT it\nLABEL it\nLINUX linux\nINITRD initrd\nAPPEND ${KERNEL_ARGUMENTS}\n`);
    await partition(raw);
    const fat = `${raw}@@${START * SECTOR}`;
    await tool('mformat', ['-i', fat, '-H', String(START), '-T', String(SECTORS), '-h', '16', '-s', '63', '::']);
    await tool('mcopy', ['-i', fat, (await bootKernel()).vmlinuz, '::linux']);
    await tool('mcopy', ['-i', fat, initrd, config, '::']);
    await tool('syslinux', ['-t', String(START * SECTOR), '-i', raw]);
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', raw, join(dir, 'disk.qcow2'));
    return await readFile(join(dir, 'disk.qcow2'));
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** A disk of one active FAT partition, with syslinux's code before it. */
async function partition(path: string): Promise<void> {
  const mbr = Buffer.alloc(SECTOR);
  (await readFile('/usr/lib/syslinux/mbr/mbr.bin')).copy(mbr, 0, 0, 440);
  mbr.set([0x80, 0xfe, 0xff, 0xff, 0x0c, 0xfe, 0xff, 0xff], 446);
  mbr.writeUInt32LE(START, 454);
  mbr.writeUInt32LE(SECTORS, 458);
  mbr.writeUInt16BE(0x55aa, 510);
  const disk = await open(path, 'w');
  try {
    await disk.write(mbr);
    await disk.truncate((START + SECTORS) * SECTOR);
  } finally {
    await disk.close();
  }
}

const HEAD = `#!/bin/sh
/bin/busybox mkdir -p /dev /proc
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox mount -t proc proc /proc
`;

/** What the kernel finds in its memory: an archive of the kind that `cpio -H newc` makes. */
async function initialFiles(script: string): Promise<Buffer> {
  const [folder, program, link] = [0o040755, 0o100755, 0o120777];
  return Buffer.concat([
    entry('bin', folder),
    entry('bin/busybox', program, await readFile('/bin/busybox')),
    entry('bin/sh', link, Buffer.from('busybox')),
    entry('init', program, Buffer.from(HEAD + script)),
    entry('TRAILER!!!', 0),
  ]);
}

/** Name and content, each up to a boundary of 4 bytes. */
function entry(name: string, mode: number, content: Buffer = Buffer.alloc(0)): Buffer {
  const fields = [0, mode, 0, 0, 1, 0, content.length, 0, 0, 0, 0, name.length + 1, 0];
  const head = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}${name}\0`;
  return Buffer.concat([padded(Buffer.from(head)), padded(content)]);
}

const padded = (bytes: Buffer): Buffer => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

async function tool(name: string, args: string[]): Promise<void> {
  try {
    await promisify(execFile)(name, args);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error(`${name} is missing: install the Debian packages mtools, syslinux, busybox-static`, { cause: error });
  }
}
