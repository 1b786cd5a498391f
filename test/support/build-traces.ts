import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestApi } from './api.js';

/** What of builds is there now, as a test of a build that has ended would not have it. */
export async function listBuildTraces({ storeDir }: Pick<TestApi, 'storeDir'>): Promise<string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const held = await Promise.all(pids.map((pid) => tracesOf(pid, storeDir)));
  return [...held.flat(), ...(await oddIn(join(storeDir, 'builds')))];
}

/** Working containers, and what is beside the cached layers. */
async function oddIn(cache: string): Promise<string[]> {
  const names = await readdir(cache).catch(() => []); // nothing was built yet
  const odd = names.filter((name) => !/^[\w-]+(\.lock|\.size)?$/.test(name));
  for (const name of names) {
    const containers = await read(join(cache, name, 'overlay-containers/containers.json'));
    if (containers !== '' && containers !== '[]') odd.push(`${name} has containers`);
  }
  return odd;
}

/** A process that was told of the folder, or sees it, or what is in it, by a mount of its own. */
async function tracesOf(pid: string, dir: string): Promise<string[]> {
  const [command, mounts] = await Promise.all(['cmdline', 'mountinfo'].map((name) => read(`/proc/${pid}/${name}`)));
  const words = command?.replaceAll('\0', ' ') ?? '';
  return [
    ...(words.includes(dir) ? [`process ${pid}: ${words}`] : []),
    ...(mounts?.includes(dir) ? [`mounts of process ${pid}: ${words}`] : []),
  ];
}

/** Nothing for a process that has ended meanwhile, or that is not ours to look into. */
const read = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');
