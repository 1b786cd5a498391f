import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { qemuImg, qemuIo } from '../contracts/qcow2/qemu-img.js';
import { ApiProcess, makeDataDir } from '../support/api-process.js';
import { collaborate, expectStatus, newNamespace, newUser, withScopes } from '../support/builders.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import type { NativeClient } from '../support/native-client.js';
import { CONSISTENT, countFiles, findInconsistencies } from '../support/store-consistency.js';

const MIB = 1024 * 1024;
/** Beyond 2 GiB, where numbers of 32 bits end. */
const VIRTUAL_BYTES = 2304 * MIB;
/** Places on the disk with bytes of their own, each other ones: any of them at a wrong place changes the digest. */
const MARKS = 64;
const GROWTH_LIMIT_BYTES = 192 * MIB;

let folder: string;
let disk: string;
let database: TestDatabase;
let server: ApiProcess;
let admin: NativeClient;

beforeAll(async () => {
  folder = await makeDataDir();
  disk = join(folder, 'disk.qcow2');
  await makeDisk();
  database = await createTestDatabase();
  server = ApiProcess.start(folder, { DATABASE_URL: database.url });
  admin = await server.client();
}, 240_000);
afterAll(async () => {
  await ApiProcess.killAll();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Every cluster has its place in the file, few have been written: what costs no disk here is all bytes on the wire. */
async function makeDisk(): Promise<void> {
  await qemuImg('create', '-f', 'qcow2', '-o', 'preallocation=metadata', disk, String(VIRTUAL_BYTES));
  for (let index = 0; index < MARKS; index++) {
    await qemuIo(disk, `write -P ${index + 1} ${Math.floor((VIRTUAL_BYTES / MARKS) * index)} 192k`);
  }
}

/** SHA-256 of everything a stream gives, as it comes. */
async function digest(stream: NodeJS.ReadableStream): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(stream, hash);
  return hash.digest('hex');
}

/** Runs curl as a user would, and reads what it prints by `read`. */
async function curl<T>(
  caller: NativeClient,
  args: string[],
  read: (output: NodeJS.ReadableStream) => Promise<T>,
): Promise<T> {
  const auth = ['-H', `Authorization: Bearer ${caller.token ?? ''}`];
  const child = spawn('curl', ['-sS', '--fail-with-body', ...auth, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const result = await read(child.stdout);
  expect((await ended)[0]).toBe(0);
  return result;
}

/** The server's resident memory, in bytes, as it tells Prometheus. */
async function residentBytes(): Promise<number> {
  const metrics = String((await admin.get('/metrics')).body);
  return Number(/^process_resident_memory_bytes (\S+)$/m.exec(metrics)?.[1]);
}

/** Does `work`, and tells the most memory that the server was seen with meanwhile. */
async function peakMemoryDuring(work: () => Promise<void>): Promise<number> {
  const over = new AbortController();
  const watching = watchMemory(over.signal);
  await work().finally(() => over.abort());
  return watching;
}

async function watchMemory(over: AbortSignal): Promise<number> {
  let peak = await residentBytes();
  while (!over.aborted) {
    await delay(100);
    peak = Math.max(peak, await residentBytes());
  }
  return peak;
}

it('an image of several GiB is pushed, found, pulled, resumed, shared and deleted, in bounded memory', async () => {
  const { size } = await stat(disk);
  expect(size).toBeGreaterThan(2 ** 31);
  const half = Math.floor(size / 2);
  const sha256 = await digest(createReadStream(disk));
  const rest = await digest(createReadStream(disk, { start: half }));
  const [alice, bob, carol] = [
    await newUser(admin, 'alice'),
    await newUser(admin, 'bob'),
    await newUser(admin, 'carol'),
  ];
  const pusher = await withScopes(alice, 'image:write');
  const reader = await withScopes(alice, 'image:read');
  await newNamespace(alice, 'disks');
  const file = `${admin.url}/images/alice%2Fdisks%2Fbig-disk/file`;

  const idleBytes = await residentBytes();
  const peakBytes = await peakMemoryDuring(async () => {
    const push = ['-X', 'POST', '-T', disk, `${admin.url}/images?name=big-disk&namespace=disks`];
    expect(JSON.parse(await curl(pusher, push, text))).toMatchObject({ size, virtual_size: VIRTUAL_BYTES, sha256 });
    expect((await reader.get('/images?search=G-DI')).body).toMatchObject([
      { reference: 'alice/disks/big-disk:latest', size },
    ]);

    expect(await curl(reader, [file], digest)).toBe(sha256);
    expect(await curl(reader, ['-r', `${half}-`, file], digest)).toBe(rest);
  });
  expect(peakBytes - idleBytes).toBeLessThan(GROWTH_LIMIT_BYTES);

  expect((await bob.get('/images/alice%2Fdisks%2Fbig-disk')).status).toBe(404);
  await collaborate(alice, 'disks', bob, 'reader');
  expect(await curl(bob, ['-r', `${half}-`, file], digest)).toBe(rest);
  expect((await bob.get('/images')).body).toMatchObject([{ name: 'big-disk' }]);
  for (const path of ['/images/alice%2Fdisks%2Fbig-disk', '/images/alice%2Fdisks%2Fbig-disk/file', '/n/alice/disks']) {
    expect(await carol.get(path)).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  }
  expect((await carol.get('/images?include_public=true')).body).toEqual([]);

  expectStatus(await (await withScopes(alice, 'image:delete')).delete('/images/alice%2Fdisks%2Fbig-disk'), 204);
  const storeDir = join(folder, 'images');
  expect(await countFiles(storeDir)).toBe(0);
  expect(await findInconsistencies({ databaseUrl: database.url, storeDir })).toEqual(CONSISTENT);
}, 240_000);
