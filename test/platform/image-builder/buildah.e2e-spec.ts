import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { type AssembleDisk, BuildahImageBuilder, type BuildRequest } from '#platform/image-builder';
import { Enclosure } from '#platform/sandbox';
import { BUILD_LIMITS, listTree } from '../../../libs/platform/image-builder/testing/build-fixtures.js';
import { describeImageBuilder } from '../../../libs/platform/image-builder/testing/image-builder.contract.js';
import { tinyContext } from '../../../libs/platform/image-builder/testing/tiny-context.js';
import { eventually } from '../../support/eventually.js';
import { type Behaviour, Origin } from '../../support/origin.js';
import { answer, file } from '../../support/origin-behaviours.js';
import { countRunning } from '../sandbox/box.js';
import { ordinaryUser } from '../sandbox/cell.js';
import { startSource } from '../sandbox/source-process.js';
import { Registry } from './registry.js';

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

describe('buildah', () => {
  beforeEach(makeRoot);
  afterEach(() => enclosure.removeAll(root));

  it.each([
    ['in a step', 'RUN echo ready; sleep 84001', 'ready'],
    ['while its disk is made', 'RUN echo > /linger', 'assembling'],
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

  it('builds the same for an ordinary user', async () => {
    const { within, user } = await ordinaryUser(root);
    await rm(join(root, 'work'), { recursive: true });
    const dockerfile = 'FROM scratch\nCOPY . /\nRUN mkdir /closed && chown 7:8 /closed && chmod 700 /closed && id -u\n';
    const building = startSource(PROGRAM, [root, dockerfile, ...user], within);
    expect(await text(building.stdout)).toMatch(/\n0\n[^]*\nassembling\nbin\nclosed\n[^]*\nleft: \n$/);
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

  it('keeps nothing that a RUN writes into a VOLUME, and says what of a Dockerfile does nothing', async () => {
    const steps = [
      ...['COPY . /', 'VOLUME /data', 'RUN echo lost > /data/lost', 'COPY sent /data/copied'],
      ...['ONBUILD RUN echo > /triggered', 'HEALTHCHECK CMD true', 'WORKDIR /a'],
      ...['RUN echo > made', 'STOPSIGNAL SIGINT', 'MAINTAINER bob', 'EXPOSE 80', 'CMD ["/none"]'],
    ];
    const lines: string[] = [];
    const asked = {
      dockerfile: `FROM scratch\n${steps.join('\n')}\n`,
      context: () => tinyContext({ sent: 'x' }),
      log: (line: string) => void lines.push(line),
    };
    const { diskPath } = await makeBuilder().build(await request(asked));
    expect(await readFile(diskPath, 'utf8')).toBe('a/made root 644\ndata/copied root 644\nsent root 644\n');
    for (const keyword of ['ONBUILD', 'HEALTHCHECK']) {
      expect(lines).toContainEqual(expect.stringContaining(`${keyword} is not supported`));
    }
  });

  it.each(['../bob', '.bob', 'a/b', ''])('takes no cache key that is not fit for a folder: %j', async (cacheKey) => {
    await expect(makeBuilder().build(await request({ cacheKey }))).rejects.toThrow(RangeError);
  });
});

describe('buildah with another registry', () => {
  let registry: Registry;
  beforeEach(async () => {
    await makeRoot();
    registry = await Registry.start(join(root, 'registry'));
  });
  afterEach(async () => {
    await registry.stop();
    await enclosure.removeAll(root);
  });

  it('fetches what it may, and tells its digest', async () => {
    const digest = await registry.put('far/away', '2');
    const reference = `${registry.host}/far/away:2`;
    const asked = { dockerfile: `FROM ${reference}\nRUN cat /pulled\n`, pulls: [`http://${reference}`] };
    const image = await makeBuilder().build(await request(asked));
    expect(image.bases).toEqual([{ reference, digest }]);
    expect(await readFile(image.diskPath, 'utf8')).toBe('pulled root 644\n');
  });

  it('fetches nothing else, though the registry has it', async () => {
    await registry.put('far/away', '2');
    const building = makeBuilder().build(await request({ dockerfile: `FROM ${registry.host}/far/away:2\n` }));
    await expect(building).rejects.toThrow(/^The build failed at line 1, FROM .*: image not known$/);
  });

  it.each([
    ['http://HOST/far/away:3', false],
    ['HOST/far/away:2', false],
    ['http://127.0.0.1:9/far/away:2', true],
    ['https://registry.invalid/far/away:2', true],
    ['--help', false],
    ['oci-archive:/work/x', false],
  ])('names what it cannot fetch, and whether that may be there later: %s, %s', async (name, isRetryable) => {
    await registry.put('far/away', '2');
    const pull = name.replace('HOST', registry.host);
    const building = makeBuilder().build(await request({ pulls: [pull] }));
    await expect(building).rejects.toMatchObject({
      name: 'BaseUnavailableError',
      message: expect.stringMatching(/^The image \S+ cannot be had: \w/),
      isRetryable,
    });
  });

  it('lets a step reach the network only where it may, and never the loopback of the worker', async () => {
    const get = `RUN wget -q -O - -T 3 http://10.0.2.2:${registry.host.split(':')[1]}/v2/ || echo alone`;
    const dockerfile = `FROM scratch\nCOPY . /\nRUN cat /proc/net/dev\n${get}\n`;
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line.trim());
    await makeBuilder().build(await request({ dockerfile, log, cacheKey: 'without' }));
    expect(lines.some((line) => line.startsWith('tap0:'))).toBe(false);
    await makeBuilder().build(await request({ dockerfile, log, cacheKey: 'with', networkAllowed: true }));
    expect(lines.some((line) => line.startsWith('tap0:'))).toBe(true);
    expect(lines.filter((line) => line === 'alone')).toHaveLength(2);
  });
});

describe('buildah with a registry that has troubles', () => {
  let origin: Origin;
  beforeEach(async () => {
    await makeRoot();
    origin = await Origin.start();
  });
  afterEach(async () => {
    await origin.close();
    await enclosure.removeAll(root);
  });

  it.each<[string, boolean, Behaviour]>([
    ['is busy', true, answer(503)],
    ['breaks off', true, file(Buffer.alloc(1000), { cutAfter: () => 500 })],
    ['refuses', false, answer(403, {}, '<html>\n<body>Go away</body>\n</html>')],
    ['does not know the image', false, answer(404)],
    ['is none', false, answer(200, {}, '<html></html>')],
  ])('tells of one that %s whether the image may be there later: %s', async (_, isRetryable, manifest) => {
    origin.on('/v2/', answer(200)).on('/v2/far/away/manifests/2', manifest);
    const reference = `127.0.0.1:${origin.port}/far/away:2`;
    const building = makeBuilder().build(await request({ pulls: [`http://${reference}`] }));
    await expect(building).rejects.toMatchObject({ name: 'BaseUnavailableError', reference, isRetryable });
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
