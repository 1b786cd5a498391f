import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ApiProcess, isPostgresStopped, makeDataDir } from '../support/api-process.js';
import { distinctImage, expectStatus } from '../support/builders.js';
import { eventually } from '../support/eventually.js';
import { largeImage } from '../support/large-image.js';
import type { NativeClient } from '../support/native-client.js';
import { Wire } from '../support/wire.js';

let folder: string;
beforeEach(async () => {
  folder = await makeDataDir();
});
afterEach(async () => {
  await ApiProcess.killAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

describe('SIGTERM', () => {
  it('lets a running upload and a slow download finish, takes nothing new, stops PostgreSQL and exits with 0', async () => {
    const server = ApiProcess.start(folder);
    const client = await server.client();
    const large = largeImage(24);
    expectStatus(await client.push('name=large', large), 201);
    const download = await client.send('GET', '/images/large/file'); // whose reader takes its time
    const bytes = distinctImage('sent before and after');
    const upload = await Wire.open(client);
    upload.sendHead('POST', '/images?name=late', { 'Content-Length': bytes.length });
    await upload.send(bytes.subarray(0, 5000));
    await eventually(async () => expect(await stagedFiles()).toHaveLength(1));

    const ended = server.kill('SIGTERM');
    await eventually(() => expect(refusedBy(client)).resolves.toBe(true));
    await upload.send(bytes.subarray(5000));
    expect(await upload.answer()).toMatchObject({ status: 201, body: { name: 'late', size: bytes.length } });
    expect(Buffer.from(await download.arrayBuffer()).equals(large)).toBe(true);

    const lastByteMs = performance.now();
    expect(await ended).toEqual({ code: 0, signal: null });
    expect(performance.now() - lastByteMs).toBeLessThan(5_000); // a connection kept alive holds nothing up
    expect(await isPostgresStopped(folder)).toBe(true);

    const again = await ApiProcess.start(folder).client(client.token);
    expect((await again.pull('/images/late/file')).equals(bytes)).toBe(true);
  });

  it('does not wait for connections on which no request comes', async () => {
    const server = ApiProcess.start(folder);
    const [silent, halfway, idle] = [await openWire(server), await openWire(server), await openWire(server)];
    await halfway.send('GET /health/live HTTP/1.1\r\nHost:');
    idle.sendHead('GET', '/health/live');
    expect((await idle.answer()).status).toBe(200);

    const askedMs = performance.now();
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedMs).toBeLessThan(5_000);
    expect(await Promise.all([silent.closed(), halfway.closed(), idle.closed()])).toEqual([0, 0, 0]);
  });

  it('cuts what stalls for longer than SHUTDOWN_TIMEOUT_SECONDS, leaves nothing of it, and still exits with 0', async () => {
    const server = ApiProcess.start(folder, { SHUTDOWN_TIMEOUT_SECONDS: '1' });
    const client = await server.client();
    const bytes = distinctImage('never finished');
    const upload = await Wire.open(client);
    upload.sendHead('POST', '/images?name=stalled', { 'Content-Length': bytes.length });
    await upload.send(bytes.subarray(0, 5000));
    await eventually(async () => expect(await stagedFiles()).toHaveLength(1));

    const askedMs = performance.now();
    expect(await server.kill('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(performance.now() - askedMs).toBeLessThan(6_000);
    await upload.closed();
    expect(await stagedFiles()).toEqual([]);
    expect(await isPostgresStopped(folder)).toBe(true);

    const again = await ApiProcess.start(folder).client(client.token);
    expect((await again.push('name=stalled', bytes)).status).toBe(201);
  });
});

async function openWire(server: ApiProcess): Promise<Wire> {
  return Wire.open({ url: await server.url() });
}

async function refusedBy(client: NativeClient): Promise<boolean> {
  try {
    (await Wire.open(client)).cut();
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ECONNREFUSED';
  }
}

async function stagedFiles(): Promise<string[]> {
  return readdir(join(folder, 'images/staging'));
}
