import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StorageUnavailableError } from '../../storage.errors.js';
import { FileWriter } from './file-writer.js';
import type { WriteMachinery } from './file-writer.js';
import { RingPool } from './ring-pool.js';
import { WriteBack } from './write-back.js';
import { WriterPool } from './writer-pool.js';
import type { WriterRequest } from './writer-protocol.js';

const MIB = 1024 * 1024;

let directory: string;
let machinery: WriteMachinery;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'writer-thread-'));
  machinery = { threads: new WriterPool(2), rings: new RingPool(), writeBack: new WriteBack() };
});

afterEach(async () => {
  await machinery.threads.close();
  await rm(directory, { recursive: true });
});

function create(name: string): Promise<FileWriter> {
  return FileWriter.create(join(directory, name), machinery);
}

describe('a writer thread', () => {
  it('that ends fails the write it was busy with, which does not hang', async () => {
    const thread = machinery.threads.pick();
    const writer = await create('file');
    const writing = writer.write(Buffer.alloc(64 * MIB));
    await Promise.all([expect(writing).rejects.toThrow(StorageUnavailableError), thread.terminate()]);
    await expect(writer.finish()).rejects.toThrow(StorageUnavailableError);
    await writer.drop();
  });

  it('that ends is replaced for the next write', async () => {
    const first = machinery.threads.pick();
    await first.terminate();
    const writer = await create('file');
    await writer.write(Buffer.from('bytes'));
    expect(await writer.finish()).toMatchObject({ sizeBytes: 5 });
    await writer.close();
    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('bytes');
  });

  it('that breaks down fails all its writes, with what broke it as the cause', async () => {
    const thread = machinery.threads.pick();
    const writer = await create('file');
    const finishing = writer.write(Buffer.alloc(64 * MIB)).then(() => writer.finish());
    // No request at all: what a bug in the protocol would look like.
    thread.send(null as unknown as WriterRequest);
    const failure = await finishing.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(StorageUnavailableError);
    expect((failure as StorageUnavailableError).cause).toMatchObject({ name: 'TypeError' });
    await writer.drop();
  });

  it('fails one write without harm to the other that it serves', async () => {
    const [broken, sound] = [await create('broken'), await create('sound')];
    await Promise.all([sound.write(Buffer.from('sound')), expect(create('broken')).rejects.toThrow('already')]);
    expect(await sound.finish()).toMatchObject({ sizeBytes: 5 });
    await Promise.all([sound.close(), broken.drop()]);
  });

  it('is shared when there are more writes than threads', async () => {
    const writers = await Promise.all(Array.from({ length: 7 }, (_, index) => create(String(index))));
    await Promise.all(writers.map((writer, index) => writer.write(Buffer.alloc(index * MIB, index))));
    const sealed = await Promise.all(writers.map((writer) => writer.finish()));
    expect(sealed.map(({ sizeBytes }) => sizeBytes / MIB)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    await Promise.all(writers.map((writer) => writer.close()));
  });

  it('is not to be had from a closed pool', async () => {
    await machinery.threads.close();
    expect(() => machinery.threads.pick()).toThrow(StorageUnavailableError);
  });
});
