/**
 * A process of its own that builds one image, to be killed, or to be somebody else: `build-process.ts ROOT DOCKERFILE
 * [USER]`. Its cache is ROOT/cache, its attempt's folder ROOT/work/killed. Prints the log, the names of the tree's files,
 * and what is left when that folder is removed. An image with a file `linger` makes it wait for its end.
 */
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BuildahImageBuilder } from '#platform/image-builder';
import { Enclosure } from '#platform/sandbox';
import { tinyContext } from '../../../libs/platform/image-builder/testing/tiny-context.js';

const [root = '', dockerfile = '', user] = process.argv.slice(2);
if (user !== undefined && process.setgroups && process.setgid && process.setuid) {
  process.setgroups([]);
  process.setgid(Number(user));
  process.setuid(Number(user));
}
const enclosure = new Enclosure('bubblewrap');
const builder = new BuildahImageBuilder({ enclosure, cacheDir: join(root, 'cache'), cacheMaxBytes: 2 ** 30 });
const dir = join(root, 'work', 'killed');
await mkdir(dir, { recursive: true });
const { diskPath } = await builder.build({
  cacheKey: 'bob',
  dockerfile,
  context: () => tinyContext(),
  bases: [],
  pulls: [],
  assembleDisk: async (image, { log }) => {
    log('assembling');
    await image.run('sh', ['-c', '[ ! -e linger ] || sleep 1000; ls > /work/disk']);
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
process.stdout.write(await readFile(diskPath, 'utf8'));
await builder.removeAll(dir);
process.stdout.write(`left: ${(await readdir(join(root, 'work'))).join()}\n`);
