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

/** Parts of scripts: a text as printf(1) has it, on the serial console; and nothing more. */
export const say = (text: string): string => `printf '${text}' > /dev/ttyS0\n`;
export const WAIT = 'exec /bin/busybox sleep 1000\n';

const SYSLINUX = `DEFAULT it
LABEL it
LINUX linux
INITRD initrd
APPEND console=tty0 console=ttyS0 loglevel=4
`;

/**
 * A QCOW2 disk that a BIOS boots: syslinux on FAT, Debian's kernel, and busybox, which loads modules and runs `script`.
 * @param modules paths below `kernel/`, in the order in which they need each other
 */
export function bootDisk(script: string, modules: readonly string[] = []): Promise<Buffer> {
  return diskOf('/usr/lib/syslinux/mbr/mbr.bin', async ({ dir, disk, fat }) => {
    const { vmlinuz, modules: folder } = await bootKernel();
    const [initrd, config] = [join(dir, 'initrd'), join(dir, 'syslinux.cfg')];
    const loaded = await Promise.all(modules.map((path) => readFile(join(folder, 'kernel', path))));
    await writeFile(initrd, gzipSync(await initialFiles(script, loaded), { level: 1 }));
    await writeFile(config, SYSLINUX);
    await tool('mcopy', ['-i', fat, vmlinuz, '::linux']);
    await tool('mcopy', ['-i', fat, initrd, config, '::']);
    await tool('syslinux', ['-t', String(START * SECTOR), '-i', disk]);
  });
}

/** A QCOW2 disk that no BIOS boots; UEFI's shell runs `script`. */
export function uefiDisk(script: string): Promise<Buffer> {
  return diskOf('/dev/null', async ({ dir, fat }) => {
    const path = join(dir, 'startup.nsh');
    await writeFile(path, script.replaceAll('\n', '\r\n'));
    await tool('mcopy', ['-i', fat, path, '::']);
  });
}

interface Workplace {
  readonly dir: string;
  /** Path of the raw disk. */
  readonly disk: string;
  /** Its partition, as mtools names it. */
  readonly fat: string;
}

async function diskOf(codeFile: string, fill: (place: Workplace) => Promise<void>): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'boot-disk-'));
  try {
    const disk = join(dir, 'disk.raw');
    const fat = `${disk}@@${START * SECTOR}`;
    await partition(disk, codeFile);
    await tool('mformat', ['-i', fat, '-H', String(START), '-T', String(SECTORS), '-h', '16', '-s', '63', '::']);
    await fill({ dir, disk, fat });
    await qemuImg('convert', '-f', 'raw', '-O', 'qcow2', disk, join(dir, 'disk.qcow2'));
    return await readFile(join(dir, 'disk.qcow2'));
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** A disk of one active FAT partition, and before it the code of a file. */
async function partition(path: string, codeFile: string): Promise<void> {
  const mbr = Buffer.alloc(SECTOR);
  (await readFile(codeFile)).copy(mbr, 0, 0, 440);
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
async function initialFiles(script: string, modules: readonly Buffer[]): Promise<Buffer> {
  const [folder, program, link] = [0o040755, 0o100755, 0o120777];
  return Buffer.concat([
    entry('bin', folder),
    entry('bin/busybox', program, await readFile('/bin/busybox')),
    entry('bin/sh', link, Buffer.from('busybox')),
    ...modules.map((bytes, index) => entry(`m${index}.ko`, program, bytes)),
    entry(
      'init',
      program,
      Buffer.from(`${HEAD}${modules.map((_, index) => `/bin/busybox insmod /m${index}.ko`).join('\n')}\n${script}`),
    ),
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
    throw new Error(`${name} is missing: install the Debian packages mtools, syslinux, busybox-static`, {
      cause: error,
    });
  }
}
