import { execFile } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { authorize, postJson } from '../authorize.js';
import type { Bench } from '../bench.js';
import { askForBuild, type Recipe } from '../build.js';
import { writeContext, writeTinyContext } from '../build-context.js';
import { type Figure, judge } from '../figure.js';
import { judgeFirstLine } from '../first-line.js';
import { assertSucceeded, followLog } from '../operation.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { remove, type Target } from '../transfer.js';

const SCRIPT = join(import.meta.dirname, '../bare-build.sh');
const MAX_FIRST_LINE_MS = 1_000;
const MAX_RATIO = 1.1;
const SCOPES = ['image:read', 'image:write', 'image:delete', 'image:build', 'operation:read'];

type Steps = Readonly<Record<string, number>>;

/** One Dockerfile and its context, by the server and by a script, taking turns; nothing of it was built before. */
export async function measureBuilds(bench: Bench): Promise<Figure[]> {
  const mebibytes = bench.quick ? 48 : 384;
  const server = await bench.server('builds');
  const firstLines = await takeFirstLines(bench, server);
  const recipe = await writeContext(join(bench.folder, 'context.tar'), mebibytes);
  const [ours, bare, steps]: [number[], number[], Steps[]] = [[], [], []];
  for (let round = 0; round < (bench.quick ? 2 : 4); round++) {
    const reference = await runBare(bench, recipe, driverOf(server));
    steps.push(reference);
    bare.push(Object.values(reference).reduce((sum, ms) => sum + ms, 0) / 1000);
    ours.push((await build(await newAuthor(server, `builder-${round}`), recipe)).ms / 1000);
    bench.progress(`builds: round ${round + 1}: ${bare.at(-1)} s by the script, ${ours.at(-1)} s by the server`);
  }
  await bench.discard('builds');
  return [
    judge({
      figure: `build of a context of ${mebibytes} MiB, sent, made a disk, admitted, durable`,
      unit: 's',
      values: ours,
      references: bare,
      referenceIs: 'the same programs in a script',
      target: { atMost: MAX_RATIO },
      also: { bareStepsMs: steps, seconds: ours },
    }),
    judgeFirstLine('from POST to the first line of a build’s log', firstLines, MAX_FIRST_LINE_MS),
  ];
}

/** Of small builds; what a server finds out at its first is no part of it. */
async function takeFirstLines(bench: Bench, server: ServerUnderTest): Promise<number[]> {
  bench.progress('builds: first lines');
  const recipe = await writeTinyContext(join(bench.folder, 'tiny.tar'));
  const firstLines: number[] = [];
  const author = await newAuthor(server, 'beginner');
  await build(author, recipe);
  for (let run = 0; run < 5; run++) firstLines.push((await build(author, recipe)).firstLineMs);
  return firstLines;
}

/** Layers are cached for a user: a new one finds none. */
async function newAuthor(server: ServerUnderTest, username: string): Promise<Target> {
  await postJson(`${server.url}/users`, server.authorization, { username, email: `${username}@example.com` });
  return { url: server.url, authorization: await authorize(server, username, SCOPES) };
}

/** From the request to the end of the operation. */
async function build(author: Target, recipe: Recipe): Promise<{ ms: number; firstLineMs: number }> {
  const startedMs = performance.now();
  const asked = await askForBuild(author, recipe);
  const { firstMs } = await followLog(author, `/operations/${asked.operationId}/logs`);
  const ms = performance.now() - startedMs;
  await assertSucceeded(author, asked);
  await remove(author, asked.imageId);
  return { ms, firstLineMs: firstMs - startedMs };
}

/** How the server's buildah stores layers here. */
function driverOf({ place }: ServerUnderTest): 'overlay' | 'vfs' {
  const storages = globSync(join(place.DATA_DIR ?? '', 'builds/*/'));
  return storages.some((storage) => existsSync(join(storage, 'overlay'))) ? 'overlay' : 'vfs';
}

/** How long each part of it took, in milliseconds. */
async function runBare({ folder }: Bench, { dockerfile, context }: Recipe, driver: string): Promise<Steps> {
  const dir = await mkdtemp(join(folder, 'bare-build-'));
  const file = join(folder, 'Dockerfile');
  await writeFile(file, dockerfile);
  const { stdout } = await promisify(execFile)(SCRIPT, [context, file, driver, dir]);
  await rm(dir, { recursive: true });
  const steps = stdout.matchAll(/^(\w+) (\d+)$/gm);
  return Object.fromEntries([...steps].map(([, name = '', ms]) => [name, Number(ms)]));
}
