import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildahImageBuilder } from '#platform/image-builder';
import { Enclosure } from '#platform/sandbox';
import { describeImageBuilder } from '../../../libs/platform/image-builder/testing/image-builder.contract.js';
import { countRunning } from '../sandbox/box.js';

const enclosure = new Enclosure('bubblewrap');
let root: string;

describeImageBuilder('buildah', {
  async makeBuilder() {
    root = await mkdtemp(join(tmpdir(), 'builds-'));
    await mkdir(join(root, 'work'));
    return new BuildahImageBuilder({ enclosure, cacheDir: join(root, 'cache'), cacheMaxBytes: 2 ** 30 });
  },
  workDir: () => join(root, 'work'),
  listTraces: () => tracesBelow(root),
  cleanUp: () => enclosure.removeAll(root),
});

/** Processes that have to do with the folder, what is mounted below it, working containers, and odd files of the cache. */
async function tracesBelow(dir: string): Promise<string[]> {
  const traces = (await countRunning(dir)) > 0 ? ['processes'] : [];
  if ((await readFile('/proc/self/mountinfo', 'utf8')).includes(dir)) traces.push('mounts');
  for (const name of await readdir(join(dir, 'cache')).catch(() => [])) {
    if (!/^\w+(\.lock|\.size)?$/.test(name)) traces.push(name);
    const containers = join(dir, 'cache', name, 'overlay-containers/containers.json');
    if ((await readFile(containers, 'utf8').catch(() => '[]')) !== '[]') traces.push(`${name} has containers`);
  }
  return traces;
}
