import { mkdir, mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type AssembleDisk, BuildahImageBuilder, type BuildRequest } from '#platform/image-builder';
import { Enclosure } from '#platform/sandbox';
import {
  BUILD_LIMITS,
  describeImageBuilder,
  listTree,
} from '../../../libs/platform/image-builder/testing/image-builder.contract.js';
import { tinyContext } from '../../../libs/platform/image-builder/testing/tiny-context.js';
import { eventually } from '../../support/eventually.js';
import { countRunning } from '../sandbox/box.js';
import { startSource } from '../sandbox/source-process.js';

const PROGRAM = fileURLToPath(new URL('./build-process.ts', import.meta.url));

const enclosure = new Enclosure('bubblewrap');
let root: string;

const makeBuilder = (cacheMaxBytes = 2 ** 30): BuildahImageBuilder =>
  new BuildahImageBuilder({ enclosure, cacheDir: join(root, 'cache'), cacheMaxBytes });

async function makeRoot(): Promise<void> {
  root = await mkdtemp(join(tmpdir(), 'builds-'));
  await mkdir(join(root, 'work'));
}

describeImageBuilder('buildah', {
  async makeBuilder() {
    await makeRoot();
    return makeBuilder();
  },
  workDir: () => join(root, 'work'),
  listTraces: () => tracesBelow(root),
  cleanUp: () => enclosure.removeAll(root),
});

describe('buildah', () => {
  beforeEach(makeRoot);
  afterEach(() => enclosure.removeAll(root));

  /** Of a small image, in a folder of its own. */
  async function request(more: Partial<BuildRequest> = {}): Promise<BuildRequest> {
    const log = (): void => undefined;
    const [dir, { signal }] = [await mkdtemp(join(root, 'work/')), new AbortController()];
    const asked = {
      cacheKey: 'bob',
      dockerfile: 'FROM scratch\nCOPY . /\n',
      bases: [],
      pulls: [],
      networkAllowed: false,
    };
    const context = (): AsyncGenerator<Buffer> => tinyContext();
    return {
      ...asked,
      context,
      assembleDisk: listTree,
      dir,
      limits: BUILD_LIMITS,
      signal,
      log,
      onProgress: log,
      ...more,
    };
  }

  it.each([
    ['in a step', 'RUN echo ready; sleep 84001', 'ready'],
    ['while its disk is made', 'RUN echo built', 'assembling'],
  ])('goes on after a build that was killed %s, and removes what that left', async (_, step, sign) => {
    const killed = startSource(PROGRAM, [root, `FROM scratch\nCOPY . /\n${step}\n`]);
    for await (const line of createInterface({ input: killed.stdout })) if (line === sign) break;
    killed.kill('SIGKILL');
    await eventually(async () => expect(await countRunning(root)).toBe(0));
    const { diskPath } = await makeBuilder().build(
      await request({ dockerfile: 'FROM scratch\nCOPY . /\nRUN echo > /new\n' }),
    );
    expect(await readFile(diskPath, 'utf8')).toBe('new root 644\n');
    expect(await tracesBelow(root)).toEqual([]);
    expect(await orphansOf(join(root, 'cache/bob'))).toEqual([]);
    await makeBuilder().removeAll(join(root, 'work/killed'));
    expect(await readdir(join(root, 'work'))).not.toContain('killed');
  });

  it('forgets the layers that were used longest ago when there are too many', async () => {
    const context = (): AsyncGenerator<Buffer> => tinyContext({ large: 'x'.repeat(3_000_000) });
    const builder = makeBuilder(8_000_000);
    for (const cacheKey of ['one', 'two', 'one', 'three']) await builder.build(await request({ cacheKey, context }));
    const names = await readdir(join(root, 'cache'));
    expect(names.filter((name) => !name.includes('.')).sort()).toEqual(['three']);
  });

  it('keeps layers that a build uses', async () => {
    const builder = makeBuilder(0);
    let evicted: boolean | undefined;
    const assembleDisk: AssembleDisk = async (image, asked) => {
      evicted = await builder.evict('bob');
      return listTree(image, asked);
    };
    await builder.build(await request({ assembleDisk }));
    expect(evicted).toBe(false);
    expect((await readdir(join(root, 'cache'))).sort()).toEqual(['bob.lock']);
  });

  it.each(['../bob', '.bob', 'a/b', ''])('takes no cache key that is not fit for a folder: %j', async (cacheKey) => {
    await expect(makeBuilder().build(await request({ cacheKey }))).rejects.toThrow(RangeError);
  });
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

/** Layers that the list of layers does not have. */
async function orphansOf(storage: string): Promise<string[]> {
  const list = await readFile(join(storage, 'overlay-layers/layers.json'), 'utf8');
  const layers = await readdir(join(storage, 'overlay'));
  return layers.filter((id) => /^[0-9a-f]{64}$/.test(id) && !list.includes(id));
}
