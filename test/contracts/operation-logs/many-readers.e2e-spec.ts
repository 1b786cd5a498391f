import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { ApiProcess, type Environment, makeDataDir } from '../../support/api-process.js';
import { expectStatus } from '../../support/builders.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import { startDownload } from '../../support/downloads.js';
import { eventually } from '../../support/eventually.js';
import { newReading, readOn } from '../../support/log-reader.js';
import { printElsewhere } from '../../support/log-writing.js';
import type { NativeClient } from '../../support/native-client.js';
import { NOWHERE } from '../../support/operation-body.js';
import { SeededRandom } from '../../support/seeded-random.js';
import { Wire } from '../../support/wire.js';

const TOKEN = 'a-token-that-all-readers-have-0123';
const LINES = 20_000;
const ALL = { lines: LINES, linesPerSecond: 10_000 };

describe('a log that another process prints, 10,000 lines a second', () => {
  let database: TestDatabase;
  let dataDir: string;
  let env: Environment;
  let api: ApiProcess;
  let client: NativeClient;
  beforeAll(async () => {
    database = await createTestDatabase();
    dataDir = await makeDataDir();
    env = { DATABASE_URL: database.url, DATA_DIR: dataDir };
    api = ApiProcess.start(dataDir, {
      ...env,
      ADMIN_TOKEN: TOKEN,
      WORKER_CONCURRENCY: '0',
      IDLE_TIMEOUT_SECONDS: '1',
    });
    client = await api.client(TOKEN);
  });
  afterAll(async () => {
    await ApiProcess.killAll();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  });

  async function printAll(id: number, printing = ALL): Promise<void> {
    await printElsewhere(id, printing, env);
    expectStatus(await client.post(`/operations/${id}/cancel`), 202);
  }

  it('reaches 100 readers: every line once, in order', async () => {
    const { id } = await startDownload(client, NOWHERE);
    const readings = Array.from({ length: 100 }, newReading);
    const ended = readings.map((reading, nth) =>
      readOn(client, `/operations/${id}/logs`, reading, { sse: nth % 4 === 0 }),
    );
    await printAll(id);
    expect(await Promise.all(ended)).toEqual(readings.map(() => true));
    expect(readings).toEqual(readings.map(() => ({ next: LINES, wrong: [] })));
  });

  it('misses and repeats nothing for readers who leave and come back', async () => {
    const { id } = await startDownload(client, NOWHERE);
    const random = new SeededRandom(20_261_121);
    const readings = Array.from({ length: 10 }, newReading);
    const ended = readings.map(async (reading) => {
      let connections = 1;
      const path = `/operations/${id}/logs`;
      while (!(await readOn(client, path, reading, { lines: 1 + random.below(4000), sse: random.below(2) === 0 })))
        connections++;
      return connections;
    });
    await printAll(id);
    for (const connections of await Promise.all(ended)) expect(connections).toBeGreaterThan(2);
    expect(readings).toEqual(readings.map(() => ({ next: LINES, wrong: [] })));
  });

  it('costs no memory for readers who do not read, and lets them go', async () => {
    const { id } = await startDownload(client, NOWHERE);
    const path = `/operations/${id}/logs`;
    const idleBytes = residentBytes(api.pid);
    const wires = await Promise.all(Array.from({ length: 20 }, () => Wire.open(client)));
    for (const wire of wires) {
      wire.stopReading();
      wire.sendHead('GET', path);
    }
    const printing = { lines: 40_000, linesPerSecond: 10_000, padding: 1000 };
    await printElsewhere(id, printing, env); // 44 MB
    const gone = (): number =>
      api.log.split('\n').filter((line) => line.includes(path) && line.includes('aborted')).length;
    await eventually(() => expect(gone()).toBe(wires.length));
    // Twenty times the log would be 880 MB; what is kept for readers to share is 16 Mi characters and what was made of them.
    expect(residentBytes(api.pid) - idleBytes).toBeLessThan(192 * 2 ** 20);
    for (const wire of wires) {
      wire.readOn();
      expect(await wire.closed()).toBeLessThan(20 * 2 ** 20);
    }
    await client.post(`/operations/${id}/cancel`);
  });
});

function residentBytes(pid: number): number {
  return Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
}
