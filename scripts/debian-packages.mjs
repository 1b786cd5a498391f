/** Packages of Debian, unpacked into folders of ours; nothing is installed. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inRoot } from './bootstrap/paths.mjs';

const CACHE = inRoot('.cache');

/** Runs a program to its end; what it printed. */
export async function printed(command, args, options) {
  return (await promisify(execFile)(command, args, options)).stdout;
}

/** A folder below `.cache`. */
export const inCache = (name) => join(CACHE, name);

/**
 * Fetches packages and unpacks them into `.cache/<name>`, which is there with all of them or not at all.
 * @param download puts the packages, `.deb` files, into a folder
 * @param finish does what else is to be done in the folder of their files
 */
export async function unpackPackages(name, download, finish = () => undefined) {
  await mkdir(CACHE, { recursive: true });
  const dir = await mkdtemp(inCache(`${name}-`));
  try {
    await download(dir);
    const unpacked = join(dir, name);
    const packages = (await readdir(dir)).filter((file) => file.endsWith('.deb'));
    for (const file of packages) await printed('dpkg', ['-x', join(dir, file), unpacked]);
    await finish(unpacked);
    // Whoever else has done it meanwhile has done the same.
    await rename(unpacked, inCache(name)).catch((error) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}
