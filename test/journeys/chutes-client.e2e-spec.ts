import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { qemuImg } from '../contracts/qcow2/qemu-img.js';
import { buildTraces, NO_TRACES } from '../support/build-traces.js';
import { newUser, type TestUser } from '../support/builders.js';
import { busyboxFiles } from '../support/builds.js';
import { chutesBody, idOfReference } from '../support/chutes-body.js';
import { buildParts, ChutesClient, type ChutesPart } from '../support/chutes-client.js';
import type { LogFollower, Pace } from '../support/chutes-log.js';
import { finished } from '../support/downloads.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from '../support/fleet.js';
import { hotkeyOf } from '../support/hotkeys.js';
import { TIME } from '../support/image-body.js';
import { zipOf } from '../support/zip.js';

const REFERENCE = 'alice/demo:1.0';
const ID = idOfReference(REFERENCE);
/** Long enough that processes are killed in the middle of it. */
const TICKS = 60;
const DOCKERFILE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "for n in $(/bin/busybox seq ${TICKS}); do echo tick $n; /bin/busybox usleep 200000; done"]
`;
/** Cuts its connections about every second. */
const IMPATIENT: Pace = { attempts: 1_000, pauseMs: 100, sliceMs: 1_000 };
const PATIENT: Pace = { ...IMPATIENT, sliceMs: 300_000 };
const SOME_TIME = expect.stringMatching(TIME) as string;
/** Several processes start, one after the other, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

describe('the Chutes SDK', () => {
  let fleet: Fleet;
  let alice: TestUser;
  let chutes: ChutesClient;
  beforeEach(async () => {
    fleet = await Fleet.start({ OPERATION_RETRY_SECONDS: '0' });
    alice = await newUser(fleet.client, 'alice');
    chutes = new ChutesClient(fleet.client.url, { signer: await hotkeyOf(alice) });
  });
  afterEach(() => fleet.remove());

  async function form(dockerfile: string): Promise<ChutesPart[]> {
    const context = zipOf({ name: 'busybox', content: (await busyboxFiles()).busybox, mode: 0o755 });
    return buildParts({ username: 'alice', dockerfile, build_context: context });
  }

  /** Waits for so many more ticks of the build, in the middle of it. */
  async function ticks(follower: LogFollower, more: number): Promise<void> {
    const count = (): number => follower.printed.filter((line) => line.startsWith('tick ')).length;
    const enough = count() + more;
    await eventually(() => expect(follower.endedBy !== undefined || count() >= enough).toBe(true), PATIENCE_MS);
    expect(follower.endedBy).toBeUndefined();
  }

  /** What the native dialect tells of the build. */
  async function operation(): ReturnType<typeof finished> {
    const { body } = await alice.get(`/images/${encodeURIComponent(REFERENCE)}/operations`);
    const [{ id } = { id: 0 }] = body as { id: number }[];
    return finished(alice, { id });
  }

  it(
    'builds, waits, lists, gets and deletes, though api and worker are restarted in the middle',
    async () => {
      let worker = await fleet.startWorker();
      expect((await chutes.get(ID)).status).toBe(404); // `build` asks first
      const taken = await chutes.build(await form(DOCKERFILE));
      expect({ status: taken.status, body: taken.body }).toEqual({ status: 202, body: chutesBody(REFERENCE) });
      const follower = chutes.follower(ID, IMPATIENT);
      const following = follower.run();

      await ticks(follower, 5);
      expect(await fleet.api.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      expect(await worker.kill('SIGTERM')).toEqual({ code: 0, signal: null });
      [worker] = await Promise.all([fleet.startWorker(), fleet.startApi()]);

      await ticks(follower, 5);
      await Promise.all([fleet.api.kill('SIGKILL'), worker.kill('SIGKILL')]);
      follower.pace = PATIENT; // it is to see the end as it comes
      await Promise.all([fleet.startWorker(), fleet.startApi()]);

      await following;
      expect(follower.endedBy).toBe('DONE');
      expect(follower.asked).toBeGreaterThan(3);
      const { lines, ...ended } = await operation();
      expect(ended).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
      expect(follower.printed).toEqual(lines.map((line) => line.trim()));
      expect(lines).toEqual(
        expect.arrayContaining(['The worker shuts down; another goes on', 'Attempt 2 of 5', `tick ${TICKS}`]),
      );

      const whole = chutesBody(REFERENCE, {
        status: 'built and pushed',
        build_started_at: SOME_TIME,
        build_completed_at: SOME_TIME,
      });
      expect((await chutes.get(REFERENCE)).body).toEqual(whole);
      expect((await chutes.get(ID)).body).toEqual(whole);
      expect((await chutes.list()).body).toEqual({ total: 1, page: 0, limit: 25, items: [whole], cord_refs: null });
      expect((await chutes.build(await form(DOCKERFILE))).status).toBe(409);
      await expectDisk(await alice.pull(`/images/${encodeURIComponent(REFERENCE)}/file`));

      const deleted = await chutes.delete(REFERENCE);
      expect({ status: deleted.status, body: deleted.body }).toEqual({
        status: 200,
        body: { image_id: ID, deleted: true },
      });
      expect((await chutes.get(ID)).status).toBe(404);
      await eventually(async () => expect(await buildTraces(fleet)).toEqual(NO_TRACES));
      expect((await chutes.build(await form(DOCKERFILE))).status).toBe(202); // the same again
    },
    PATIENCE_MS,
  );

  it(
    'hears of a build that fails by DONE and its status, and must delete it before it builds again',
    async () => {
      await fleet.startWorker();
      const failing = await form('FROM scratch\nCOPY busybox /bin/busybox\nRUN ["/bin/none"]\n');
      expect((await chutes.build(failing)).status).toBe(202);
      const follower = chutes.follower(ID);
      const printed = await follower.run();
      const status = expect.stringMatching(/^error: .*line 3/i) as string;
      expect((await chutes.get(ID)).body).toEqual(chutesBody(REFERENCE, { status, build_started_at: SOME_TIME }));
      const { lines } = await operation();
      expect({ endedBy: follower.endedBy, printed }).toEqual({
        endedBy: 'DONE',
        printed: lines.map((line) => line.trim()),
      });
      expect((await chutes.build(failing)).status).toBe(409);
      expect((await chutes.delete(ID)).status).toBe(200);
      expect((await chutes.build(failing)).status).toBe(202);
    },
    PATIENCE_MS,
  );
});

async function expectDisk(bytes: Buffer): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'pulled-'));
  try {
    await writeFile(join(dir, 'disk.qcow2'), bytes);
    expect(await qemuImg('check', '-f', 'qcow2', join(dir, 'disk.qcow2'))).toContain('No errors were found');
  } finally {
    await rm(dir, { recursive: true });
  }
}
