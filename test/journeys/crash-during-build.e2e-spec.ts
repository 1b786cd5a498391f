import { setTimeout as delay } from 'node:timers/promises';
import { bootableContext } from '../support/bootable-tree.js';
import { buildProcesses, buildTraces, NO_TRACES } from '../support/build-traces.js';
import { startBuild } from '../support/builds.js';
import { finished } from '../support/downloads.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from '../support/fleet.js';
import { FollowedLog } from '../support/operation-log.js';
import { SeededRandom } from '../support/seeded-random.js';

const MARKER = 'the root file system runs';
const DOCKERFILE = `FROM scratch
COPY . /
RUN for n in 1 2 3 4 5 6 7 8 9; do echo "tick $n"; usleep 100000; done
`;
/** What the log says at the beginning of each part of a build. */
const PHASES = [
  'Received a build context',
  'STEP 2/3: COPY',
  'tick 1\n',
  'The root filesystem has',
  'A disk of',
  'Booting it',
  'It boots',
];
/** How long a part may go on before its worker is killed. */
const MAX_DELAY_MS = 400;
/** A build a phase, on a machine that may be busy. */
const PATIENCE_MS = 300_000;

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.start({ OPERATION_ATTEMPTS: String(PHASES.length + 1), BOOT_TEST_MEMORY: '256MiB' });
});
afterEach(() => fleet.remove());

it(
  'kill -9 of workers at whatever instants of a build leaves it to others, who end it well, and nothing behind',
  async () => {
    const random = new SeededRandom(20_261_121);
    const context = await bootableContext({ marker: MARKER });
    let worker = await fleet.startWorker();
    const build = { boot_test: { marker: MARKER } };
    const operation = await startBuild(fleet.client, { name: 'survivor', dockerfile: DOCKERFILE, context, build });
    const log = await FollowedLog.open(fleet.client, `/operations/${operation.id}/logs?format=text`);
    let interrupted = 0;
    for (const [attempt, phase] of PHASES.entries()) {
      if (attempt > 0) await log.until(`Attempt ${attempt + 1} of `);
      await log.until(phase, log.text.lastIndexOf('Attempt '));
      await delay(random.below(MAX_DELAY_MS));
      interrupted += (await buildProcesses(fleet)).length;
      await worker.kill('SIGKILL');
      await eventually(async () => expect(await buildProcesses(fleet)).toEqual([]));
      worker = await fleet.startWorker();
    }
    expect(interrupted).toBeGreaterThan(0);

    const ended = await finished(fleet.client, operation);
    expect(ended).toMatchObject({ status: 'succeeded', error: null });
    // After the last phase there is little left to do: where that is quick, the last kill comes after the end.
    expect([PHASES.length, PHASES.length + 1]).toContain(ended.attempts);
    expect((await fleet.client.get(`/images/${operation.image_id}`)).body).toMatchObject({ status: 'available' });
    await eventually(async () => expect(await buildTraces(fleet)).toEqual(NO_TRACES));
    expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
  },
  PATIENCE_MS,
);
