import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { newBlobKey } from '../../blob-key.js';
import { StorageUnavailableError } from '../../storage.errors.js';
import { FilesystemBlobStore } from './filesystem-blob-store.js';

const PROGRAM = fileURLToPath(new URL('../../testing/writing-process.ts', import.meta.url));

/** The program runs from source, where `./x.js` means `./x.ts`. */
const RESOLVE_SOURCE = `
  import { registerHooks } from 'node:module';
  registerHooks({
    resolve: (name, context, next) =>
      next(context.parentURL?.endsWith('.ts') ? name.replace(/^(\\..*)\\.js$/, '$1.ts') : name, context),
  });`;
const RUN_SOURCE = [
  '--no-warnings',
  '--experimental-transform-types',
  `--import=data:text/javascript,${encodeURIComponent(RESOLVE_SOURCE)}`,
];

let root: string;
let store: FilesystemBlobStore;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'blob-store-'));
  store = await FilesystemBlobStore.open({ root });
});

afterEach(async () => {
  await store.close();
  await rm(root, { recursive: true });
});

async function listFiles(): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

/** Runs the program with what `prepare`, a shell command, sets up for it. */
function startWriter(prepare: string): ChildProcessWithoutNullStreams {
  const command = [process.execPath, ...RUN_SOURCE, PROGRAM, root];
  return spawn('/bin/sh', ['-c', `${prepare}; exec "$@"`, 'sh', ...command]);
}

/** The program's answer to one line; everything it says of itself instead if it dies. */
async function ask(writer: ChildProcessWithoutNullStreams, stagingId: string, mebibytes: number): Promise<string> {
  writer.stdin.write(`${stagingId} ${mebibytes}\n`);
  const answer = once(writer.stdout, 'data').then(([line]) => String(line).trim());
  const death = once(writer, 'exit').then(() => text(writer.stderr));
  return Promise.race([answer, death]);
}

describe('a directory store', () => {
  it('killed while it writes leaves a staged file that the next process finds, and no blob', async () => {
    const writer = startWriter('true');
    expect(await ask(writer, 'killed', 3)).toBe('staged');
    writer.kill('SIGKILL');
    await once(writer, 'exit');
    expect((await store.listStaged()).map(({ stagingId }) => stagingId)).toEqual(['killed']);
    expect(await listFiles()).toEqual(['killed']);
    await store.discardStaged('killed');
    expect(await listFiles()).toEqual([]);
  });

  it('refused more bytes by the kernel says the store is full, keeps none of them, and goes on', async () => {
    // A limit on the size of files, in blocks of 512 or 1024 bytes: the one way to be refused that needs no root.
    const writer = startWriter('ulimit -f 8192');
    expect(await ask(writer, 'too-large', 32)).toBe('StorageFullError');
    expect(await listFiles()).toEqual([]);
    expect(await ask(writer, 'small', 1)).toBe('staged');
    expect(await listFiles()).toEqual(['small']);
    writer.stdin.end();
    expect(await once(writer, 'exit')).toEqual([0, null]);
  });

  it('whose staging directory is gone is unavailable, and healthy again once it is back', async () => {
    await rm(join(root, 'staging'), { recursive: true });
    await writeFile(join(root, 'staging'), 'in the way');
    await expect(store.stage('write')).rejects.toThrow(StorageUnavailableError);
    await expect(store.listStaged()).rejects.toThrow(StorageUnavailableError);
    await expect(store.check()).rejects.toThrow(StorageUnavailableError);
    await rm(join(root, 'staging'));
    await FilesystemBlobStore.open({ root });
    expect((await store.check()).freeBytes).toBeGreaterThan(0);
  });

  it('cannot be opened where a file is in the way', async () => {
    await writeFile(join(root, 'file'), '');
    await expect(FilesystemBlobStore.open({ root: join(root, 'file') })).rejects.toThrow(StorageUnavailableError);
  });

  it('fails a read of what is no file by a typed error', async () => {
    const key = newBlobKey();
    await FilesystemBlobStore.open({ root: join(root, 'blobs', key.slice(0, 2), key) });
    const reading = await store.open(key);
    await expect(reading.toArray()).rejects.toThrow(StorageUnavailableError);
  });

  it('closed in the middle of a write fails it, and leaves it to be swept or aborted', async () => {
    const staged = await store.stage('cut-off');
    const writing = staged.write(Buffer.alloc(64 * 1024 * 1024));
    await Promise.all([expect(writing).rejects.toThrow(StorageUnavailableError), store.close()]);
    expect(await listFiles()).toEqual(['cut-off']);
    await staged.abort();
    expect(await listFiles()).toEqual([]);
  });

  it('keeps its blobs for the next process', async () => {
    const staged = await store.stage('write');
    await staged.write(Buffer.from('bytes'));
    await staged.seal();
    const key = newBlobKey();
    await staged.commit(key);
    await store.close();
    const next = await FilesystemBlobStore.open({ root });
    expect(Buffer.concat(await (await next.open(key)).toArray())).toEqual(Buffer.from('bytes'));
    await next.close();
  });
});
