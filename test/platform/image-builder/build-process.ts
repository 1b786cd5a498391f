/**
 * A process of its own that builds one image, to be killed: `build-process.ts ROOT DOCKERFILE`. Its cache is ROOT/cache, its
 * attempt's folder ROOT/work/killed. Prints the log.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildahImageBuilder } from '#platform/image-builder';
import { Enclosure } from '#platform/sandbox';
import { tinyContext } from '../../../libs/platform/image-builder/testing/tiny-context.js';

const [root = '', dockerfile = ''] = process.argv.slice(2);
const enclosure = new Enclosure('bubblewrap');
const builder = new BuildahImageBuilder({ enclosure, cacheDir: join(root, 'cache'), cacheMaxBytes: 2 ** 30 });
const dir = join(root, 'work', 'killed');
await mkdir(dir);
await builder.build({
  cacheKey: 'bob',
  dockerfile,
  context: () => tinyContext(),
  bases: [],
  pulls: [],
  assembleDisk: async (image, { log }) => {
    log('assembling');
    await image.run('sleep', ['1000']);
    return { path: join(image.dir, 'disk'), bootable: false, firmware: [] };
  },
  dir,
  limits: {
    cpuSeconds: 60,
    memoryBytes: 2 ** 30,
    fileBytes: 2 ** 28,
    diskBytes: 2 ** 29,
    wallMs: 600_000,
    processes: 200,
  },
  networkAllowed: false,
  signal: new AbortController().signal,
  log: (line) => void process.stdout.write(`${line}\n`),
  onProgress: () => undefined,
});
