import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiProcess, type Environment, makeDataDir } from '../support/api-process.js';
import { auditEvents } from '../support/audit-trail.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  finished,
  type FinishedOperation,
  reaching,
  startDownload,
  type StartedOperation,
} from '../support/downloads.js';
import { query } from '../support/embedded-postgres/observe.js';
import { eventually } from '../support/eventually.js';
import { largeImage } from '../support/large-image.js';
import type { NativeClient } from '../support/native-client.js';
import { type Behaviour, Origin } from '../support/origin.js';
import { answer, file, inTurn } from '../support/origin-behaviours.js';
import { setQuota, usageOf } from '../support/quotas.js';
import { SeededRandom } from '../support/seeded-random.js';
import { CONSISTENT, findInconsistencies } from '../support/store-consistency.js';

const TOKEN = 'the-token-of-whoever-directs-all-01';
/** A lost worker is noticed by the others' sweeps; that it takes them no longer is what the product promises. */
const NOTICED_WITHIN_MS = 30_000;
/** Each starts several processes, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

describe('an api process and two workers on one database and one store', () => {
  let database: TestDatabase;
  let dataDir: string;
  let origin: Origin;
  let api: ApiProcess;
  let client: NativeClient;
  beforeEach(async () => {
    database = await createTestDatabase();
    dataDir = await makeDataDir();
    origin = await Origin.start();
    api = ApiProcess.start(dataDir, { ...settings(), WORKER_CONCURRENCY: '0', ADMIN_TOKEN: TOKEN });
    client = await api.client(TOKEN);
  });
  afterEach(async () => {
    await ApiProcess.killAll();
    await origin.close();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  });

  function settings(): Environment {
    return { ...reaching(origin.port), DATABASE_URL: database.url, IDLE_TIMEOUT_SECONDS: '2' };
  }
  function startWorker(more: Environment = {}): Promise<ApiProcess> {
    return ApiProcess.startWorker(dataDir, { ...settings(), ...more }).works();
  }
  function look(): ReturnType<typeof findInconsistencies> {
    return findInconsistencies({ databaseUrl: database.url, storeDir: join(dataDir, 'images') });
  }
  async function requested(times: number): Promise<void> {
    await eventually(() => expect(origin.requests).toHaveLength(times), NOTICED_WITHIN_MS);
  }

  it(
    'leave all work to the workers, and listen by one connection each',
    async () => {
      const bytes = largeImage(1, 'disk');
      origin.on('/disk', file(bytes));
      const operation = await startDownload(client, origin.url('/disk'));
      const ended = finished(client, operation); // which makes the api listen, too
      await Promise.all([startWorker(), startWorker()]);
      expect(await ended).toMatchObject({ status: 'succeeded', attempts: 1 });
      const listening = `SELECT count(*)::int FROM pg_stat_activity
      WHERE datname = current_database() AND (query ILIKE 'LISTEN%' OR application_name = 'diskyard notifications')`;
      expect(await query(database.url, listening)).toEqual([{ count: 3 }]);
    },
    PATIENCE_MS,
  );

  it(
    'lose one by kill -9: another takes its work over, and nothing of the first attempt is left',
    async () => {
      const bytes = largeImage(2, 'disk');
      origin.on('/disk', inTurn(file(bytes, { stallAfter: () => 1_000_000 }), file(bytes)));
      const victim = await startWorker({ IDLE_TIMEOUT_SECONDS: '600' });
      const operation = await startDownload(client, origin.url('/disk'));
      await requested(1);
      const heir = await startWorker();
      await eventually(async () => expect((await look()).uploads).toBe(1));
      await victim.kill('SIGKILL');
      await requested(2);
      const { lines, ...ended } = await finished(client, operation);
      expect(ended).toMatchObject({ status: 'succeeded', attempts: 2, error: null, bytes: bytes.length });
      expect(lines).toContain('Attempt 2 of 2');
      expect((await client.pull(`/images/${operation.image_id}/file`)).equals(bytes)).toBe(true);
      await eventually(async () => expect(await look()).toEqual(CONSISTENT));
      expect(await heir.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    },
    PATIENCE_MS,
  );

  it(
    'lose their only one, for ever: it fails with the reason once attempts are used up, not before',
    async () => {
      origin.on('/disk', file(largeImage(1, 'disk'), { stallAfter: () => 1000 }));
      const operation = await startDownload(client, origin.url('/disk'));
      for (const attempt of [1, 2]) {
        const victim = await startWorker({ IDLE_TIMEOUT_SECONDS: '600' });
        await requested(attempt);
        await victim.kill('SIGKILL');
        expect((await client.get(`/operations/${operation.id}`)).body).toMatchObject({
          status: 'running',
          attempts: attempt,
        });
      }
      await startWorker();
      const ended = await finished(client, operation);
      const error = 'Its worker was lost in attempt 2 of 2; ask the operator to look at the workers’ logs';
      expect(ended).toMatchObject({ status: 'failed', attempts: 2, error });
      expect((await client.get(`/images/${operation.image_id}`)).body).toMatchObject({
        status: 'failed',
        status_reason: error,
      });
      await eventually(async () => expect(await look()).toEqual(CONSISTENT));
    },
    PATIENCE_MS,
  );

  it(
    'stop one by SIGTERM: it hands its work back, which costs no attempt, and another goes on',
    async () => {
      const bytes = largeImage(2, 'disk');
      origin.on('/disk', inTurn(file(bytes, { stallAfter: () => 1_000_000 }), file(bytes)));
      const first = await startWorker({ IDLE_TIMEOUT_SECONDS: '600' });
      const operation = await startDownload(client, origin.url('/disk'));
      await requested(1);
      const ending = first.kill('SIGTERM');
      expect(await ending).toEqual({ code: 0, signal: null });
      expect((await client.get(`/operations/${operation.id}`)).body).toMatchObject({
        status: 'queued',
        attempts: 0,
        error: null,
      });
      expect(await look()).toMatchObject({ uploads: 0, staged: [] });
      await startWorker();
      const { lines, ...ended } = await finished(client, operation);
      expect(ended).toMatchObject({ status: 'succeeded', attempts: 1 });
      expect(lines).toContain('The worker shuts down; another goes on');
    },
    PATIENCE_MS,
  );

  it(
    'bring every operation to an end, whichever of them die and however the other server behaves',
    async () => {
      const random = new SeededRandom(20_261_121);
      await setQuota(client, 'accounts/admin', { limit_bytes: 2 ** 30 });
      const workers = await Promise.all([startWorker(), startWorker()]);
      const files = Array.from({ length: 16 }, (_, nth) => largeImage(1, `disk ${nth}`));
      files.forEach((bytes, nth) => origin.on(`/disk${nth}`, anyBehaviour(nth, bytes, random)));
      const downloads: { operation: StartedOperation; bytes: Buffer }[] = [];
      for (const [nth, bytes] of files.entries()) {
        downloads.push({ operation: await startDownload(client, origin.url(`/disk${nth}`)), bytes });
      }
      for (let round = 0; round < 8; round++) {
        const victim = random.below(2);
        const before = origin.requests.length;
        await eventually(() => expect(origin.requests.length).toBeGreaterThan(before), 2_000).catch(() => undefined);
        await workers[victim]?.kill(random.below(4) === 0 ? 'SIGTERM' : 'SIGKILL');
        workers[victim] = await startWorker();
      }
      for (const { operation, bytes } of downloads)
        await expectAnEnd(await finished(client, operation), operation, bytes);

      await Promise.all(workers.map((worker) => worker.kill('SIGTERM')));
      await startWorker(); // whose start sweeps
      await eventually(async () => expect(await look()).toEqual(CONSISTENT), NOTICED_WITHIN_MS);
      await expectLedger();
    },
    PATIENCE_MS,
  );

  /** How the n-th of several is served: well, or in a way of its own. */
  function anyBehaviour(nth: number, bytes: Buffer, random: SeededRandom): Behaviour {
    const somewhere = (): number => random.below(bytes.length);
    const behaviours: Behaviour[] = [
      file(bytes),
      file(bytes, { cutAfter: (time) => (time < 4 ? somewhere() : undefined) }),
      file(bytes, { stallAfter: (time) => (time < 2 ? somewhere() : undefined) }),
      inTurn(file(bytes, { cutAfter: somewhere }), file(bytes, { etag: '"v2"' })),
      file(bytes, { announcedBytes: bytes.length - 10 }),
      answer(404),
      inTurn(answer(503), file(bytes)),
      file(bytes, { stallAfter: () => 100_000 }),
    ];
    return behaviours[nth % behaviours.length] ?? file(bytes);
  }

  async function expectAnEnd(
    { status, error, attempts }: FinishedOperation,
    { image_id }: StartedOperation,
    bytes: Buffer,
  ): Promise<void> {
    expect(['succeeded', 'failed']).toContain(status);
    expect(attempts).toBeLessThanOrEqual(2);
    const { body } = await client.get(`/images/${image_id}`);
    const fills = (await auditEvents(client, 'action=image.fill&limit=100')).filter(
      ({ target }) => target.id === image_id,
    );
    if (status === 'failed') {
      expect(error).toMatch(/\w/);
      expect(body).toMatchObject({ status: 'failed', status_reason: error, size: null });
      expect(fills).toHaveLength(0);
    } else {
      expect(body).toMatchObject({ status: 'available', size: bytes.length });
      expect((await client.pull(`/images/${image_id}/file`)).equals(bytes)).toBe(true);
      expect(fills).toHaveLength(1);
    }
  }

  async function expectLedger(): Promise<void> {
    const [sums] = await query(
      database.url,
      `SELECT count(*)::int AS images, coalesce(sum(b.size_bytes), 0)::int AS bytes
       FROM images i LEFT JOIN blobs b ON b.id = i.blob_id`,
    );
    const { images, bytes } = sums as { images: number; bytes: number };
    expect(await usageOf(client, 'admin')).toMatchObject({
      images,
      logical_bytes: bytes,
      reserved_images: 0,
      reserved_bytes: 0,
    });
  }
});
