import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';

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
