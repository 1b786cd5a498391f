import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, chown, link, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { xfsTools } from '../../support/xfs-tools.js';

const run = promisify(execFile);

/** Files of a tree by their paths. */
export async function writeFiles(tree: string, files: Readonly<Record<string, string | Buffer>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(tree, path)), { recursive: true });
    await writeFile(join(tree, path), content);
  }
}

export async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** What a tool of this machine prints. */
export async function printed(command: string, ...args: string[]): Promise<string> {
  return (await run(command, args, { maxBuffer: 64 * 2 ** 20 })).stdout;
}

/** The disk as plain bytes, beside it. */
export async function rawCopy(path: string): Promise<string> {
  const raw = `${path}.raw`;
  await printed('qemu-img', 'convert', '-O', 'raw', path, raw);
  return raw;
}

/** A tree with a bit of everything. */
export async function furnish(tree: string): Promise<void> {
  await writeFiles(tree, {
    'etc/hostname': 'old\n',
    'etc/passwd': 'root:x:0:0::/:/bin/sh\n',
    'with space': 'a',
    "it's": 'b',
    'new\nline': 'c',
    '-rf': 'd',
    'usr/bin/tool': Buffer.alloc(300_000, 7),
    'boot/vmlinuz-1': Buffer.alloc(70_000, 1),
    'boot/initrd.img-1': Buffer.alloc(90_000, 2),
  });
  await mkdir(join(tree, 'tmp'));
  await chmod(join(tree, 'tmp'), 0o1777);
  await chown(join(tree, 'usr/bin/tool'), 1000, 100);
  await chmod(join(tree, 'usr/bin/tool'), 0o4755);
  await link(join(tree, 'usr/bin/tool'), join(tree, 'usr/bin/same'));
  await symlink('/etc/passwd', join(tree, 'link'));
  await utimes(join(tree, 'with space'), 1_700_000_000, 1_700_000_000);
}

/** What one of the fetched programs prints. */
export const printedByXfs = async (program: string, ...args: string[]): Promise<string> =>
  printed('env', 'TZ=UTC', join(await xfsTools(), program), ...args);
