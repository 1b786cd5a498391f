import { access, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '../../support/api.js';
import { buildProcesses } from '../../support/build-traces.js';
import { expectStatus, newUser, type TestUser } from '../../support/builders.js';
import { type BuildForm, busyboxFiles, type ContextFiles, startBuild, tarOf } from '../../support/builds.js';
import { finished, type StartedOperation } from '../../support/downloads.js';
import { eventually } from '../../support/eventually.js';
import { leavingNothingOnceSwept } from '../../support/leftovers.js';
import { chunksOf } from '../../support/operation-log.js';

/** What a Dockerfile of these tests begins with, the first lines of it: busybox by all its names. */
const TOOLS = 'FROM scratch AS tools\nCOPY busybox /bin/busybox\nRUN ["/bin/busybox", "--install", "-s", "/bin"]\n';

/** Where its steps begin, as errors count lines. */
export const FIRST_STEP = 4;

/** Places where what climbs out of a context, or of an image, might come to lie. */
const OUTSIDE = ['/', '/etc', '/usr', '/var/tmp', tmpdir()].flatMap((dir) =>
  ['x', 'outside', 'canary', 'evil', 'l', 'stolen'].map((name) => join(dir, name)),
);

type BuildArgs = Readonly<Record<string, string>>;

/** In the data folder, of builds: their leftovers are looked for by other means. */
const OWN_FOLDERS = ['builds', 'work'];

export interface HostileBuild {
  readonly status: string;
  readonly error: string | null;
  /** What it said in lines that begin with `> `, without that. */
  readonly said: readonly string[];
  readonly lines: readonly string[];
}

/** An api that builds, with a user who means harm. */
export class HostileBuilds {
  private constructor(
    readonly api: TestApi,
    readonly mallory: TestUser,
    private readonly tools: ContextFiles,
  ) {}

  static async start(env: Readonly<Record<string, string>> = {}): Promise<HostileBuilds> {
    const api = await startTestApi({ works: true, env: { OPERATION_ATTEMPTS: '1', ...env } });
    return new HostileBuilds(api, await newUser(api.admin, 'mallory'), await busyboxFiles());
  }

  /**
   * A build to its end, its image deleted, and nothing left of it: no row, no file, no process, no mount, and nothing
   * outside of its folders.
   */
  async run(form: BuildForm): Promise<HostileBuild> {
    const before = await this.surroundings();
    const build = await leavingNothingOnceSwept(this.api, async () => {
      const operation = await startBuild(this.mallory, form);
      const ended = await this.end(operation);
      // A log that is on its way into the store when its image goes is there for a moment longer.
      await eventually(async () => expect(await chunksOf(this.api, operation.id)).toMatchObject({ archived: true }));
      const path = `/images/${operation.image_id}`;
      const status = ended.error === null ? 'available' : 'failed';
      expect(expectStatus(await this.mallory.get(path), 200).body).toMatchObject({
        status,
        status_reason: ended.error,
      });
      expectStatus(await this.mallory.delete(path), 204);
      return ended;
    });
    await eventually(async () => expect(await this.listTraces()).toEqual([]));
    expect(await this.surroundings()).toEqual(before);
    return build;
  }

  /** The same for steps on top of busybox and `files`; not booted, and on the simplest of disks. */
  async runSteps(steps: string, files: ContextFiles = {}, args: BuildArgs = {}): Promise<HostileBuild> {
    return this.run(await this.form(steps, files, args));
  }

  /** The same while others build: what is left is not looked for. */
  async runStepsBesideOthers(steps: string, files: ContextFiles = {}): Promise<HostileBuild> {
    return this.end(await startBuild(this.mallory, await this.form(steps, files)));
  }

  async startSteps(by: TestUser, steps: string): Promise<StartedOperation> {
    return startBuild(by, await this.form(steps));
  }

  close(): Promise<void> {
    return this.api.close();
  }

  private async end(operation: StartedOperation): Promise<HostileBuild> {
    const { status, error, lines } = await finished(this.mallory, operation);
    return { status, error, lines, said: saidIn(lines) };
  }

  private async form(steps: string, files: ContextFiles = {}, args: BuildArgs = {}): Promise<BuildForm> {
    const context = await tarOf({ ...this.tools, ...files });
    const build = { args, boot_test: false, disk: { partitioning: 'none' } };
    return { dockerfile: `${TOOLS}${steps}\n`, context, build };
  }

  /** Processes, the mounts that they see, working containers, and what lies beside the cached layers. */
  private async listTraces(): Promise<string[]> {
    const { storeDir: dataDir } = this.api;
    const traces = await buildProcesses({ dataDir });
    const cache = join(dataDir, 'builds');
    for (const name of await readdir(cache).catch(() => [])) {
      if (!/^\d+-\d+(\.lock|\.size)?$/.test(name)) traces.push(name);
      const containers = join(cache, name, 'overlay-containers/containers.json');
      if ((await readFile(containers, 'utf8').catch(() => '[]')) !== '[]') traces.push(`${name} has containers`);
    }
    return traces;
  }

  private async surroundings(): Promise<object> {
    const isThere = (path: string): Promise<boolean> =>
      access(path).then(
        () => true,
        () => false,
      );
    const there = await Promise.all(OUTSIDE.map(isThere));
    return {
      passwd: await readFile('/etc/passwd', 'utf8'),
      store: (await readdir(this.api.storeDir)).filter((name) => !OWN_FOLDERS.includes(name)).sort(),
      outside: OUTSIDE.filter((_, index) => there[index]),
    };
  }
}

const MARK = '> ';

const saidIn = (lines: readonly string[]): string[] =>
  lines.filter((line) => line.startsWith(MARK)).map((line) => line.slice(MARK.length));
