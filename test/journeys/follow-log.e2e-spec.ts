import { rm } from 'node:fs/promises';
import { ApiProcess, makeDataDir } from '../support/api-process.js';
import { expectStatus } from '../support/builders.js';
import { createTestDatabase } from '../support/database.js';
import { startDownload } from '../support/downloads.js';
import { eventually } from '../support/eventually.js';
import { newReading, readOn } from '../support/log-reader.js';
import { printElsewhere } from '../support/log-writing.js';
import { NOWHERE } from '../support/operation-body.js';

const TOKEN = 'the-token-of-whoever-reads-on-012345';
const LINES = 20_000;
/** Several processes start, one after the other, on a machine that may be busy. */
const PATIENCE_MS = 240_000;

describe('a reader who follows a log through restarts of the api', () => {
  afterEach(() => ApiProcess.killAll());

  it(
    'misses and repeats nothing',
    async () => {
      const [database, dataDir] = [await createTestDatabase(), await makeDataDir()];
      const env = { DATABASE_URL: database.url, DATA_DIR: dataDir, WORKER_CONCURRENCY: '0', ADMIN_TOKEN: TOKEN };
      let api = ApiProcess.start(dataDir, env);
      let client = await api.client(TOKEN);
      const { id } = await startDownload(client, NOWHERE);
      const printing = printElsewhere(id, { lines: LINES, linesPerSecond: 5_000 }, env);
      const [reading, over] = [newReading(), new AbortController()];
      const follow = async (): Promise<void> => {
        // An api that is stopped ends a log as the end of the work does.
        while (!(await readOn(client, `/operations/${id}/logs`, reading, { sse: true })) || !over.signal.aborted);
      };
      const following = follow();
      for (const signal of ['SIGKILL', 'SIGTERM', 'SIGKILL'] as const) {
        const before = reading.next;
        await eventually(() => expect(reading.next === LINES || reading.next > before).toBe(true));
        await api.kill(signal);
        api = ApiProcess.start(dataDir, env);
        client = await api.client(TOKEN);
      }
      await printing;
      over.abort();
      expectStatus(await client.post(`/operations/${id}/cancel`), 202);
      await following;
      expect(reading).toEqual({ next: LINES, wrong: [] });

      await ApiProcess.killAll();
      await database.drop();
      await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
    },
    PATIENCE_MS,
  );
});
