import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { SandboxLimitError } from '#platform/sandbox';
import {
  type AssembleDisk,
  BaseUnavailableError,
  BuildFailedError,
  type BuildRequest,
  type BuiltImage,
  type ImageBuilder,
} from '../index.js';
import { BUILD_LIMITS, listTree } from './build-fixtures.js';
import { tinyContext } from './tiny-context.js';

/** What a driver's spec provides for the contract. */
export interface ImageBuilderHarness {
  /** A builder with an empty cache. */
  makeBuilder(): Promise<ImageBuilder>;
  /** A folder for attempts, on the disk of the cache. */
  readonly workDir: () => string;
  /** What of a finished attempt is still there: processes, mounts, working containers, and files beside the cached layers. */
  listTraces(): Promise<string[]>;
  cleanUp(): Promise<void>;
}

/** What makes a driver an image builder: every driver's spec runs this. */
export function describeImageBuilder(name: string, harness: ImageBuilderHarness): void {
  describe(`${name} as an image builder`, () => {
    let builder: ImageBuilder;
    let log: string[];

    beforeEach(async () => {
      builder = await harness.makeBuilder();
      log = [];
    });

    afterEach(async () => {
      const traces = await harness.listTraces();
      await harness.cleanUp();
      expect(traces).toEqual([]);
    });

    async function build(dockerfile: string, more: Partial<BuildRequest> = {}): Promise<BuiltImage> {
      const dir = join(harness.workDir(), randomUUID());
      await mkdir(dir);
      return builder.build({
        cacheKey: 'bob',
        dockerfile,
        context: () => tinyContext(),
        bases: [],
        pulls: [],
        assembleDisk: listTree,
        dir,
        limits: BUILD_LIMITS,
        networkAllowed: false,
        signal: new AbortController().signal,
        log: (line, stream) => void log.push(`${stream}: ${line}`),
        onProgress: () => undefined,
        ...more,
      });
    }

    const filesOf = async ({ diskPath }: BuiltImage): Promise<string> => readFile(diskPath, 'utf8');

    it('builds a root filesystem and a disk of it, both ours, and tells what it is doing', async () => {
      const percents: number[] = [];
      const dockerfile = 'FROM scratch\nCOPY . /\nRUN echo said; echo wrong >&2; echo made > /made\n';
      const image = await build(dockerfile, { onProgress: (percent) => percents.push(percent) });
      expect(await filesOf(image)).toBe('made root 644\n');
      expect(image).toMatchObject({
        bases: [],
        builder: expect.stringMatching(/^\w+ \d+\.\d/),
        disk: { bootable: false },
      });
      for (const path of [image.diskPath, image.rootFilesystemPath]) {
        expect((await stat(path)).uid).toBe(process.getuid?.());
      }
      expect(log).toEqual(expect.arrayContaining(['stdout: said', 'stderr: wrong']));
      expect(percents).toEqual([...percents].sort((a, b) => a - b));
    });

    it('runs steps by the SHELL that the Dockerfile names', async () => {
      await build('FROM scratch\nCOPY . /\nSHELL ["/bin/sh", "-xc"]\nRUN echo a step\n');
      expect(log).toEqual(expect.arrayContaining(['stderr: + echo a step', 'stdout: a step']));
    });

    it('makes the same bytes of the same input', async () => {
      const dockerfile = 'FROM scratch\nCOPY . /\nRUN mkdir /d && echo made > /d/made\n';
      const [one, two] = [await build(dockerfile), await build(dockerfile, { cacheKey: 'alice' })];
      const digest = async (path: string): Promise<string> =>
        createHash('sha256')
          .update(await readFile(path))
          .digest('hex');
      expect(await digest(one.rootFilesystemPath)).toBe(await digest(two.rootFilesystemPath));
    });

    it('uses the layers of earlier builds, until they are forgotten', async () => {
      const dockerfile = 'FROM scratch\nCOPY . /\nRUN echo worked\n';
      const worked = async (): Promise<number> => {
        log = [];
        await build(dockerfile);
        return log.filter((line) => line === 'stdout: worked').length;
      };
      expect([await worked(), await worked()]).toEqual([1, 0]);
      expect(await builder.evict('bob')).toBe(true);
      expect(await worked()).toBe(1);
    });

    it('takes arguments and a stage to build', async () => {
      const dockerfile =
        'FROM scratch AS one\nCOPY . /\nARG WORD\nRUN echo $WORD > /one\nFROM one\nRUN echo two > /two\n';
      const image = await build(dockerfile, { buildArgs: { WORD: 'said' }, target: 'one' });
      expect(await filesOf(image)).toBe('one root 644\n');
    });

    it('begins with an image of ours, named as such, as an argument, or to copy from', async () => {
      const first = await build('FROM scratch\nCOPY . /\nRUN echo kept > /first\n');
      const archive = await readFile(first.rootFilesystemPath);
      const sha256 = createHash('sha256').update(archive).digest('hex');
      const open = (): Promise<ReturnType<typeof createReadStream>> =>
        Promise.resolve(createReadStream(first.rootFilesystemPath));
      const bases = [{ reference: 'bob/base:1.0', open, sha256 }];
      const dockerfile = [
        ...['ARG BASE=bob/base:1.0', 'FROM $BASE', 'RUN cat /first', 'FROM bob/base:1.0'],
        ...[
          'COPY --from=bob/base:1.0 /first /second',
          'RUN --mount=type=bind,from=bob/base:1.0,target=/m cat /m/first > /third',
        ],
      ].join('\n');
      const image = await build(dockerfile, { cacheKey: 'alice', bases });
      expect(await filesOf(image)).toBe('first root 644\nsecond root 644\nthird root 644\n');
      expect(image.bases).toEqual([{ reference: 'bob/base:1.0', digest: `sha256:${sha256}` }]);
    });

    it('never takes an image of another build for the one that is named', async () => {
      const make = async (word: string): Promise<BuildRequest['bases']> => {
        const { rootFilesystemPath } = await build(`FROM scratch\nCOPY . /\nRUN echo ${word} > /word\n`);
        const sha256 = createHash('sha256')
          .update(await readFile(rootFilesystemPath))
          .digest('hex');
        return [
          { reference: 'bob/base:1.0', open: () => Promise.resolve(createReadStream(rootFilesystemPath)), sha256 },
        ];
      };
      const [one, two] = [await make('one'), await make('two')];
      log = [];
      await Promise.all([one, two, one].map((bases) => build('FROM bob/base:1.0\nRUN cat /word\n', { bases })));
      expect(log.filter((line) => line === 'stdout: two')).toHaveLength(1);
      expect(log).toContain('stdout: one');
      await expect(build('FROM bob/base:1.0\n')).rejects.toThrow(BuildFailedError);
    });

    it('refuses an archive that is none, by name', async () => {
      const open = (): Promise<ReturnType<typeof createReadStream>> =>
        Promise.resolve(createReadStream('/bin/busybox'));
      const bases = [{ reference: 'bob/base:1.0', open, sha256: '0'.repeat(64) }];
      await expect(build('FROM bob/base:1.0\n', { bases })).rejects.toThrow(BaseUnavailableError);
    });

    it.each([
      ['COPY . /\nRUN exit 3', 'The build failed at line 3, RUN exit 3: exit code 3'],
      ['\n# why\nCOPY nope /', /^The build failed at line 4, COPY nope \/: .*no such file/],
      ['COPY . /\nBLA x', /^The build failed at line 3, BLA x: .*Unknown instruction/],
      ['COPY --from=nobody/nothing:1 / /', /^The build failed at line 2, COPY --from=nobody\/nothing:1 \/ \/: /],
      ['COPY . /\nRUN nc -w 3 1.1.1.1 80', 'The build failed at line 3, RUN nc -w 3 1.1.1.1 80: exit code 1'],
    ])('names the line that failed: %j', async (steps, message) => {
      await expect(build(`FROM scratch\n${steps}\n`)).rejects.toMatchObject({
        name: 'BuildFailedError',
        message: typeof message === 'string' ? message : expect.stringMatching(message),
      });
    });

    it('ends a build that wants more than it may have', async () => {
      const limits = { ...BUILD_LIMITS, wallMs: 2_500 };
      const endless = build('FROM scratch\nCOPY . /\nRUN sleep 1000\n', { limits });
      await expect(endless).rejects.toMatchObject({ name: 'SandboxLimitError', limit: 'wall time' });
      const filling = build(
        'FROM scratch\nCOPY . /\nRUN i=0; while head -c 99999 /dev/zero > /$i; do i=$((i+1)); done\n',
        {
          limits: { ...BUILD_LIMITS, diskBytes: 2 ** 25 },
        },
      );
      await expect(filling).rejects.toEqual(new SandboxLimitError('buildah', 'disk'));
    });

    it('ends when its signal says so', async () => {
      const controller = new AbortController();
      const reason = new Error('Nobody wants it any more');
      const stop = (line: string): void => {
        if (line === 'ready') controller.abort(reason);
      };
      const building = build('FROM scratch\nCOPY . /\nRUN echo ready; sleep 1000\n', {
        signal: controller.signal,
        log: stop,
      });
      await expect(building).rejects.toBe(reason);
    });

    it('ends, and leaves nothing, when the disk cannot be made', async () => {
      const cause = new Error('No disk today');
      const failing = build('FROM scratch\nCOPY . /\n', { assembleDisk: () => Promise.reject(cause) });
      await expect(failing).rejects.toBe(cause);
      const missing = build('FROM scratch\nCOPY . /\n', {
        assembleDisk: async (root) => ({ path: await root.run('no-such-program', []), bootable: false, firmware: [] }),
      });
      await expect(missing).rejects.toMatchObject({ name: 'ProgramMissingError', command: 'no-such-program' });
    });

    it('builds nothing when the disk is not possible, which it finds out by programs of the worker', async () => {
      const cause = new Error('No such disk');
      const refused = build('FROM scratch\nCOPY . /\n', {
        assertDiskPossible: async (run) => {
          expect(await run('sh', ['-c', 'echo "$1"', 'sh', 'two words'])).toBe('two words\n');
          throw cause;
        },
      });
      await expect(refused).rejects.toBe(cause);
      expect(log).toEqual([]);
    });

    it('takes no link for a result', async () => {
      const odd: AssembleDisk = async (root) => {
        await root.run('ln', ['-s', '/etc/passwd', '/work/disk']);
        return { path: join(root.dir, 'disk'), bootable: false, firmware: [] };
      };
      await expect(build('FROM scratch\nCOPY . /\n', { assembleDisk: odd })).rejects.toThrow('not a plain file');
    });

    it('does ten builds at once, of one cache and of several', async () => {
      const builds = Array.from({ length: 10 }, (_, index) =>
        build(`FROM scratch\nCOPY . /\nRUN echo shared\nRUN echo ${index} > /own\n`, { cacheKey: `key${index % 2}` }),
      );
      const images = await Promise.all(builds);
      expect(await Promise.all(images.map(filesOf))).toEqual(Array(10).fill('own root 644\n'));
    });

    it('removes what an attempt left', async () => {
      const { diskPath } = await build('FROM scratch\nCOPY . /\n');
      const dir = join(diskPath, '..');
      await builder.removeAll(dir);
      expect(await readdir(harness.workDir())).toEqual([]);
    });
  });
}
