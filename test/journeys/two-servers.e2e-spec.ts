import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiProcess, makeDataDir } from '../support/api-process.js';
import { distinctImage, expectStatus } from '../support/builders.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { eventually } from '../support/eventually.js';
import type { NativeClient } from '../support/native-client.js';
import { CONSISTENT, findInconsistencies } from '../support/store-consistency.js';
import { Wire } from '../support/wire.js';

const TOKEN = 'a-token-that-both-servers-know-012';

/** An upload of which the server has received the first half. */
class HalfUpload {
  private constructor(
    private readonly wire: Wire,
    readonly bytes: Buffer,
  ) {}

  static async start(client: NativeClient, name: string): Promise<HalfUpload> {
    const bytes = distinctImage(name);
    const wire = await Wire.open(client);
    wire.sendHead('POST', `/images?name=${name}`, { 'Content-Length': bytes.length, Expect: '100-continue' });
    expect(await wire.answer()).toMatchObject({ status: 100 }); // its reference is reserved by now
    await wire.send(bytes.subarray(0, bytes.length / 2));
    return new HalfUpload(wire, bytes);
  }

  async finish(): Promise<number> {
    await this.wire.send(this.bytes.subarray(this.bytes.length / 2));
    return (await this.wire.answer()).status;
  }
}

describe('two servers on one database and one store', () => {
  let database: TestDatabase;
  let dataDir: string;
  beforeEach(async () => {
    database = await createTestDatabase();
    dataDir = await makeDataDir();
  });
  afterEach(async () => {
    await ApiProcess.killAll();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  });

  function startServer(): ApiProcess {
    return ApiProcess.start(dataDir, { DATABASE_URL: database.url, ADMIN_TOKEN: TOKEN });
  }

  function look(): ReturnType<typeof findInconsistencies> {
    return findInconsistencies({ databaseUrl: database.url, storeDir: join(dataDir, 'images') });
  }

  it('start at the same moment on an empty database, and know one admin', async () => {
    const clients = await Promise.all([startServer().client(TOKEN), startServer().client(TOKEN)]);
    const users = await Promise.all(clients.map(async (client) => (await client.get('/users')).body));
    expect(users[0]).toMatchObject([{ username: 'admin' }]);
    expect(users[1]).toEqual(users[0]);
  });

  it('leave each other’s running uploads alone: at a start, and at a push of the same name', async () => {
    const one = await startServer().client(TOKEN);
    const upload = await HalfUpload.start(one, 'contested');
    const other = await startServer().client(TOKEN); // whose start sweeps
    expect(await other.push('name=contested', upload.bytes)).toMatchObject({
      status: 400,
      body: { name: ['Name already exists: another push of it is under way'] },
    });
    expect(await upload.finish()).toBe(201);
    expect((await other.pull('/images/contested/file')).equals(upload.bytes)).toBe(true);
    expect(await look()).toEqual(CONSISTENT);
  });

  it('give a dead one’s reserved name to the next who pushes it, while a living one’s upload goes on', async () => {
    const [dying, living] = [startServer(), startServer()];
    const [doomed, client] = [await dying.client(TOKEN), await living.client(TOKEN)];
    const orphan = await HalfUpload.start(doomed, 'inherited');
    const running = await HalfUpload.start(client, 'running');
    await dying.kill('SIGKILL');

    // PostgreSQL may take a moment to notice that a client is gone.
    await eventually(async () => expectStatus(await client.push('name=inherited', orphan.bytes), 201));
    expect((await look()).staged).toHaveLength(1);
    expect(await running.finish()).toBe(201);
    expect((await client.pull('/images/inherited/file')).equals(orphan.bytes)).toBe(true);
    expect(await look()).toEqual(CONSISTENT);
  });

  it('free everything of a dead one at the next start', async () => {
    const dying = startServer();
    const upload = await HalfUpload.start(await dying.client(TOKEN), 'abandoned');
    await dying.kill('SIGKILL');
    expect(await look()).toMatchObject({ staged: [expect.any(String)], uploads: 1 });

    const next = await startServer().client(TOKEN);
    expect(await look()).toEqual(CONSISTENT);
    expectStatus(await next.push('name=abandoned', upload.bytes), 201);
  });
});
