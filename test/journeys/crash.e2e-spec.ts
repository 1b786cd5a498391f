import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ApiProcess, makeDataDir } from '../support/api-process.js';
import { expectStatus } from '../support/builders.js';
import { createTestDatabase } from '../support/database.js';
import { largeImage } from '../support/large-image.js';
import type { NativeClient } from '../support/native-client.js';
import { SeededRandom } from '../support/seeded-random.js';
import { CONSISTENT, findInconsistencies } from '../support/store-consistency.js';
import { Wire } from '../support/wire.js';

const TOKEN = 'the-token-of-whoever-survives-0123';
/** Two rounds for each instant at least, and as many more as there is time for. */
const MIN_ROUNDS = 8;
const MAX_ROUNDS = 20;
const BUDGET_MS = 30_000;

let dataDir: string;
let storeDir: string;
beforeEach(async () => {
  dataDir = await makeDataDir();
  storeDir = join(dataDir, 'images');
});
afterEach(async () => {
  await ApiProcess.killAll();
  await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
});

/** A push on the way, whose process is about to be killed. */
interface Push {
  readonly name: string;
  readonly bytes: Buffer;
  /** The status of its answer; undefined when the connection broke before there was one. */
  readonly answer: Promise<number | undefined>;
}

/** Sends the first bytes of a push; all of them unless told how many. */
async function startPush(client: NativeClient, name: string, bytes: Buffer, sentBytes = bytes.length): Promise<Push> {
  const wire = await Wire.open(client);
  wire.sendHead('POST', `/images?name=${name}`, { 'Content-Length': bytes.length });
  await wire.send(bytes.subarray(0, sentBytes));
  const answer = wire.answer().then(
    ({ status }) => status,
    () => undefined,
  );
  return { name, bytes, answer };
}

/** Instants at which a server dies in the middle of a push. */
const INSTANTS = {
  'while bytes come': async (client: NativeClient, name: string, bytes: Buffer, random: SeededRandom) => {
    const push = await startPush(client, name, bytes, random.below(bytes.length));
    await delay(random.below(20));
    return push;
  },
  'after the last byte': async (client: NativeClient, name: string, bytes: Buffer, random: SeededRandom) => {
    const push = await startPush(client, name, bytes);
    await delay(random.below(160));
    return push;
  },
  'once the file is in its place': async (client: NativeClient, name: string, bytes: Buffer, random: SeededRandom) => {
    const before = await readdir(join(storeDir, 'blobs'), { recursive: true });
    const push = await startPush(client, name, bytes);
    const placed = async (): Promise<boolean> =>
      (await readdir(join(storeDir, 'blobs'), { recursive: true })).length > before.length;
    while (!(await placed()));
    await delay(random.below(25));
    return push;
  },
  'while an image is deleted': async (client: NativeClient, name: string, bytes: Buffer, random: SeededRandom) => {
    expectStatus(await client.push(`name=${name}`, bytes), 201);
    const wire = await Wire.open(client);
    wire.sendHead('DELETE', `/images/${name}`);
    await delay(random.below(25));
    return { name, bytes, answer: Promise.resolve(undefined) };
  },
};

async function listNames(client: NativeClient): Promise<string[]> {
  const { body } = expectStatus(await client.get('/images?limit=100'), 200);
  return (body as { name: string }[]).map(({ name }) => name);
}

describe('kill -9 during a push', () => {
  it.each([
    ['on an external PostgreSQL', MIN_ROUNDS, MAX_ROUNDS, async () => createTestDatabase()],
    ['on the embedded PostgreSQL', 4, 4, async () => undefined],
  ])(
    'leaves every listed image whole and nothing else, at whatever instant (%s)',
    async (_, minRounds, maxRounds, makeDatabase) => {
      const database = await makeDatabase();
      const start = async (): Promise<[ApiProcess, NativeClient]> => {
        const server = ApiProcess.start(dataDir, {
          ADMIN_TOKEN: TOKEN,
          ...(database && { DATABASE_URL: database.url }),
        });
        return [server, await server.client(TOKEN)];
      };
      const deadlineMs = performance.now() + BUDGET_MS;
      const random = new SeededRandom(20_240_601);
      const shared = largeImage(4, 'shared');
      const pushed = new Map<string, Buffer>();
      let [server, client] = await start();
      const inTime = (): boolean => performance.now() < deadlineMs;
      for (let round = 0; round < minRounds || (round < maxRounds && inTime()); round++) {
        const instant = Object.values(INSTANTS)[round % 4] ?? random.pick(Object.values(INSTANTS));
        // Every third has the bytes of another image, so that the two share a blob.
        const bytes = round % 3 === 2 ? shared : largeImage(2 + random.below(8), String(round));
        const push = await instant(client, `disk${round}`, bytes, random);
        await server.kill('SIGKILL');
        pushed.set(push.name, bytes);

        [server, client] = await start();
        const names = await listNames(client);
        if ((await push.answer) === 201) expect(names).toContain(push.name);
        for (const name of names)
          expect((await client.pull(`/images/${name}/file`)).equals(pushed.get(name) ?? Buffer.of())).toBe(true);
        if (!names.includes(push.name)) expectStatus(await client.push(`name=${push.name}`, bytes), 201);
        const databaseUrl = database?.url ?? (await embeddedUrl());
        expect(await findInconsistencies({ databaseUrl, storeDir })).toEqual(CONSISTENT);
      }
      expect((await listNames(client)).sort()).toEqual([...pushed.keys()].sort());
      await server.kill('SIGKILL');
      await database?.drop();
    },
    240_000,
  );
});

async function embeddedUrl(): Promise<string> {
  const { port, password } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as {
    port: number;
    password: string;
  };
  return `postgres://diskyard:${password}@127.0.0.1:${port}/diskyard`;
}
