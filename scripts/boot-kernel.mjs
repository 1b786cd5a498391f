/**
 * Fetches the kernel that tests boot, Debian's for clouds, into `.cache/kernel`, where nothing is installed; once. Prints where
 * it is, as JSON: `{ "version", "vmlinuz", "modules" }`.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inRoot } from './bootstrap/paths.mjs';

const run = promisify(execFile);
const CACHE = inRoot('.cache');
const KERNEL = join(CACHE, 'kernel');

async function fetched() {
  const names = await readdir(join(KERNEL, 'boot')).catch(() => []);
  const version = names.find((name) => name.startsWith('vmlinuz-'))?.slice('vmlinuz-'.length);
  if (version === undefined) return undefined;
  const modules = join(KERNEL, 'lib/modules', version);
  return { version, vmlinuz: join(KERNEL, 'boot', `vmlinuz-${version}`), modules };
}

/** The package of the version that is current. */
async function packageName() {
  const { stdout } = await run('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const [, name] = /Depends: (linux-image-\S+)/.exec(stdout) ?? [];
  if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64; try apt-get update');
  return name;
}

async function fetch() {
  await mkdir(CACHE, { recursive: true });
  const dir = await mkdtemp(join(CACHE, 'kernel-'));
  try {
    await run('apt-get', ['download', '-q', await packageName()], { cwd: dir });
    const [file = ''] = await readdir(dir);
    await run('dpkg', ['-x', file, 'kernel'], { cwd: dir });
    // Whoever else has done it meanwhile has done the same.
    await rename(join(dir, 'kernel'), KERNEL).catch((error) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

if (!(await fetched())) await fetch();
console.log(JSON.stringify(await fetched()));
