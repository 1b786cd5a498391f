/**
 * Fetches the kernel that tests boot, Debian's for clouds, into `.cache/kernel`, where nothing is installed; once. Prints where
 * it is, as JSON: `{ "version", "vmlinuz", "modules" }`.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { inCache, printed, unpackPackages } from './debian-packages.mjs';

const KERNEL = inCache('kernel');

async function fetched() {
  const names = await readdir(join(KERNEL, 'boot')).catch(() => []);
  const version = names.find((name) => name.startsWith('vmlinuz-'))?.slice('vmlinuz-'.length);
  if (version === undefined) return undefined;
  const modules = join(KERNEL, 'lib/modules', version);
  return { version, vmlinuz: join(KERNEL, 'boot', `vmlinuz-${version}`), modules };
}

/** The package of the version that is current. */
async function packageName() {
  const depends = await printed('apt-cache', ['depends', 'linux-image-cloud-amd64']);
  const [, name] = /Depends: (linux-image-\S+)/.exec(depends) ?? [];
  if (name === undefined) throw new Error('apt knows no linux-image-cloud-amd64; try apt-get update');
  return name;
}

async function download(dir) {
  await printed('apt-get', ['download', '-q', await packageName()], { cwd: dir });
}

if (!(await fetched())) await unpackPackages('kernel', download);
console.log(JSON.stringify(await fetched()));
