import { OperationLogs } from '#domain/operations';
import { startTestApi, type TestApi } from '../../support/api.js';
import { newUser, type TestUser } from '../../support/builders.js';
import { createTestDatabase } from '../../support/database.js';
import { DatabaseProxy } from '../../support/database-proxy.js';
import { startDownload } from '../../support/downloads.js';
import { query } from '../../support/embedded-postgres/observe.js';
import { eventually } from '../../support/eventually.js';
import { FollowedLog } from '../../support/operation-log.js';
import { NOWHERE } from '../../support/operation-body.js';

const lines = (count: number, of = 'line'): string[] => Array.from({ length: count }, (_, nth) => `${of} ${nth}`);

describe('writing a log', () => {
  let directUrl: string;
  let proxy: DatabaseProxy;
  let api: TestApi;
  let alice: TestUser;
  let logs: OperationLogs;
  let id: number;
  beforeAll(async () => {
    const database = await createTestDatabase();
    directUrl = database.url;
    proxy = await DatabaseProxy.start(database.url);
    api = await startTestApi({
      database: { url: proxy.url, drop: () => database.drop() },
      env: { OPERATION_LOG_BYTES: '4MiB' },
    });
    alice = await newUser(api.admin);
    logs = api.app.get(OperationLogs, { strict: false });
  });
  beforeEach(async () => {
    ({ id } = await startDownload(alice, NOWHERE));
  });
  afterAll(async () => {
    await api.close();
    await proxy.goAway();
  });

  async function written(): Promise<string[]> {
    const text = (await alice.get(`/operations/${id}/logs?format=text&follow=false`)).body as string | undefined;
    return (text ?? '').split('\n').slice(0, -1);
  }

  it('takes in many lines at once, in order', async () => {
    const log = logs.open(id);
    for (const line of lines(5000)) log.write(line);
    await log.close();
    expect(await written()).toEqual(lines(5000));
  });

  it('numbers the lines of two who write at once without a gap: a worker that was thought dead may come back', async () => {
    const [one, other] = [logs.open(id), logs.open(id)];
    for (let nth = 0; nth < 20; nth++) {
      one.write(`one ${nth}`);
      other.write(`other ${nth}`);
      await Promise.all([one.flush(), other.flush()]);
    }
    await Promise.all([one.close(), other.close()]);
    const all = await written();
    expect(all.filter((line) => line.startsWith('one'))).toEqual(lines(20, 'one'));
    expect(all.filter((line) => line.startsWith('other'))).toEqual(lines(20, 'other'));
    expect(all).toHaveLength(40);
  });

  it('writes each line once where a connection breaks after the commit, before the answer to it', async () => {
    const log = logs.open(id);
    log.write('line 0');
    await log.flush();
    proxy.withholdAnswers();
    log.write('line 1');
    const flushed = log.flush();
    await eventually(async () => {
      const chunks = await query(directUrl, `SELECT FROM operation_log_chunks WHERE operation_id = ${id}`);
      expect(chunks).toHaveLength(2);
    });
    proxy.disconnect();
    expect(await flushed).toBe(false);
    log.write('line 2');
    await log.close();
    expect(await written()).toEqual(lines(3));
  });

  it('holds up whoever prints while the database is away, and loses nothing', async () => {
    const log = logs.open(id);
    const line = 'x'.repeat(60_000);
    await proxy.goAway();
    for (let nth = 0; nth < 30; nth++) log.write(line);
    let isTaken = false;
    const drained = log.drained().then(() => (isTaken = true));
    expect(await log.flush()).toBe(false);
    expect(isTaken).toBe(false);
    await proxy.comeBack();
    await drained;
    await log.close();
    expect(await written()).toEqual(Array.from({ length: 30 }, () => line));
  });

  it('tries again by itself once the database is back', async () => {
    const log = logs.open(id);
    await proxy.goAway();
    log.write('not lost');
    expect(await log.flush()).toBe(false);
    await proxy.comeBack();
    const followed = await FollowedLog.open(alice, `/operations/${id}/logs?format=text`);
    expect(await followed.until('\n')).toBe('not lost\n');
    await followed.cut();
    await log.close();
  });

  it('masks secrets, wherever a line is cut', async () => {
    const log = logs.open(id);
    log.mask('s3cr3t-passphrase');
    for (const at of [0, 10, 64 * 1024 - 25, 64 * 1024 - 17, 64 * 1024 - 9, 64 * 1024 - 1]) {
      log.write(`${'x'.repeat(at)}s3cr3t-passphrase and more`);
    }
    log.write('curl https://bob:hunter2@example.com\nAuthorization: Bearer abcdefghijkl');
    await log.close();
    const all = await written();
    expect(all.join('')).not.toMatch(/s3cr|cr3t|phrase|hunter2|abcdefghijkl/);
    expect(all.slice(-2)).toEqual(['curl https://bob:xxxxx@example.com', 'Authorization: Bearer xxxxx']);
  });

  it('keeps no more than OPERATION_LOG_BYTES, and says so', async () => {
    const log = logs.open(id);
    for (let nth = 0; nth < 80; nth++) log.write('x'.repeat(60_000));
    await log.close();
    const all = await written();
    expect(all.at(-1)).toBe('The log is full: 4194304 bytes');
    expect(all).toHaveLength(70);
  });
});
