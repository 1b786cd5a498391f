import { rm } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { instanceIsAlive } from '#platform/database';
import { ApiProcess, makeDataDir } from '../support/api-process.js';
import { expectStatus, newUser, type TestUser } from '../support/builders.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { largeImage } from '../support/large-image.js';
import { NativeClient } from '../support/native-client.js';
import { pushChunks } from '../support/push-chunks.js';
import { setQuota, usageOf } from '../support/quotas.js';
import { SeededRandom } from '../support/seeded-random.js';
import { Wire } from '../support/wire.js';

const TOKEN = 'a-token-that-both-servers-know-012';
const MIB = 1024 ** 2;
const WORKERS = 32;
const ACTIONS = 4;
const LIMITS = { limit_bytes: 25 * MIB, limit_images: 9 };

/** Of different sizes; made once, as making them takes longer than pushing them. */
const IMAGES = [1, 2].map((mebibytes) => largeImage(mebibytes));

/** Counted here in words of its own, in one snapshot: what there is, and what live pushes hold. */
const LEDGER = `
  SELECT (SELECT count(*)::int FROM images) AS images, count(p.id)::int AS pushes,
         (SELECT coalesce(sum(b.size_bytes), 0)::int FROM images i JOIN blobs b ON b.id = i.blob_id) AS used,
         coalesce(sum(p.reserved_bytes), 0)::int AS reserved
  FROM (SELECT * FROM uploads WHERE reserved_bytes > 0 AND ${instanceIsAlive('instance_id')}) p`;

interface Sample {
  readonly images: number;
  readonly pushes: number;
  readonly used: number;
  readonly reserved: number;
}

/** Looks at the ledger over and over, until it is told to stop. */
class Sampler {
  readonly samples: Sample[] = [];
  private stopped = false;
  private readonly done: Promise<void>;

  constructor(private readonly client: pg.Client) {
    this.done = this.run();
  }

  async stop(): Promise<Sample[]> {
    this.stopped = true;
    await this.done;
    return this.samples;
  }

  private async run(): Promise<void> {
    while (!this.stopped) {
      this.samples.push(...(await this.client.query<Sample>(LEDGER)).rows);
      await delay(2);
    }
  }
}

/** Pushes, breaks off and deletes as it likes; what a crash cuts off is no fault. */
class Worker {
  readonly refused: unknown[] = [];
  /** How often it has done something. */
  turns = 0;
  private readonly random: SeededRandom;
  private readonly mine: string[] = [];

  constructor(
    private readonly number: number,
    private readonly callers: () => readonly NativeClient[],
  ) {
    this.random = new SeededRandom(number);
  }

  async run(): Promise<void> {
    for (; this.turns < ACTIONS; this.turns++) {
      const caller = this.random.pick(this.callers());
      const name = `disk-${this.number}-${this.turns}`;
      await this.act(caller, name).catch(expectCrash);
    }
  }

  private async act(caller: NativeClient, name: string): Promise<void> {
    const bytes = Buffer.from(this.random.pick(IMAGES));
    bytes.write(name, bytes.length - 64); // in its last data cluster: no two are the same
    const choice = this.random.below(5);
    if (choice === 0) await this.breakOff(caller, name, bytes);
    else if (choice === 1 && this.mine.length > 0) await caller.delete(`/images/${this.mine.pop() ?? ''}`);
    else
      this.note(
        name,
        choice === 2 ? await caller.push(`name=${name}`, bytes) : await pushChunks(caller, `name=${name}`, bytes),
      );
  }

  private note(name: string, { status, body }: { readonly status: number; readonly body: unknown }): void {
    if (status === 201) this.mine.push(name);
    else this.refused.push({ status, body });
  }

  private async breakOff(caller: NativeClient, name: string, bytes: Buffer): Promise<void> {
    const wire = await Wire.open(caller);
    const known = this.random.below(2) === 0;
    wire.sendHead(
      'POST',
      `/images?name=${name}`,
      known ? { 'Content-Length': bytes.length } : { 'Transfer-Encoding': 'chunked' },
    );
    const some = bytes.subarray(0, this.random.below(bytes.length));
    const sent = known ? wire.send(some) : wire.sendChunk(some);
    await Promise.race([sent, delay(this.random.below(50))]);
    wire.cut();
  }
}

/** `fetch` and a connection say so in words of their own. */
function expectCrash(error: unknown): void {
  expect(String(error)).toMatch(/fetch failed|connection ended|ECONNREFUSED|ECONNRESET|EPIPE/);
}

describe('a quota that 32 clients push against through two servers, one of which is killed', () => {
  let database: TestDatabase;
  let dataDir: string;
  let client: pg.Client;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = await makeDataDir();
    client = new pg.Client(database.url);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await ApiProcess.killAll();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  });

  const start = (): ApiProcess => ApiProcess.start(dataDir, { DATABASE_URL: database.url, ADMIN_TOKEN: TOKEN });

  const look = async (): Promise<Sample | undefined> => (await client.query<Sample>(LEDGER)).rows[0];

  it('is never exceeded, and its ledger ends as the sum of the rows', async () => {
    const survivor = start();
    const admin = await survivor.client(TOKEN);
    const doomed = start();
    const owner: TestUser = await newUser(admin, 'owner');
    await setQuota(admin, 'accounts/owner', LIMITS);
    let callers = [owner, new NativeClient(await doomed.url(), owner.token)];

    const sampler = new Sampler(client);
    const workers = Array.from({ length: WORKERS }, (_, number) => new Worker(number, () => callers));
    const work = Promise.all(workers.map((worker) => worker.run()));
    while (workers.filter(({ turns }) => turns > 0).length < WORKERS / 2) await delay(5);
    await doomed.kill('SIGKILL');
    callers = [owner];
    await work;
    const samples = await sampler.stop();

    expect(samples.filter(({ used, reserved }) => used + reserved > LIMITS.limit_bytes)).toEqual([]);
    expect(samples.filter(({ images, pushes }) => images + pushes > LIMITS.limit_images)).toEqual([]);
    expect(samples.length).toBeGreaterThan(3);
    const refused = workers.flatMap((worker) => worker.refused);
    const overQuota = {
      status: 413,
      body: { message: expect.stringMatching(/^Over the quota of user owner: limit \d+/) },
    };
    expect(refused.length).toBeGreaterThan(10);
    expect(refused).toEqual(refused.map(() => overQuota));

    await start().url(); // it undoes what the dead one left
    await expectSettled(owner);
  }, 40_000);

  /** Nothing is reserved, what counts is what is listed, and there is room for exactly the rest. */
  async function expectSettled(owner: TestUser): Promise<void> {
    for (;;) {
      if ((await client.query('SELECT FROM uploads')).rowCount === 0) break; // broken-off pushes end on their own
      await delay(10);
    }
    const images = expectStatus(await owner.get('/images?limit=100'), 200).body as {
      size: number;
      name: string;
    }[];
    const used = images.reduce((sum, image) => sum + image.size, 0);
    expect(await look()).toEqual({ images: images.length, pushes: 0, used, reserved: 0 });
    expect(await usageOf(owner, 'owner')).toMatchObject({
      images: images.length,
      logical_bytes: used,
      reserved_bytes: 0,
    });

    const last = largeImage(1, 'last');
    const admin = new NativeClient(owner.url, TOKEN);
    await setQuota(admin, 'accounts/owner', { limit_bytes: used + last.length - 1 });
    expect((await owner.push('name=last', last)).status).toBe(413);
    expect((await pushChunks(owner, 'name=last', last)).status).toBe(413);
    await setQuota(admin, 'accounts/owner', { limit_bytes: used + last.length });
    expect((await pushChunks(owner, 'name=last', last)).status).toBe(201);
  }
});
