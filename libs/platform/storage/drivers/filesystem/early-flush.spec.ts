import { EarlyFlush } from './early-flush.js';
import { WriteBack } from './write-back.js';

const MIB = 1024 * 1024;

/** A file whose syncs end when the test says so. */
class SlowFile {
  readonly syncs: PromiseWithResolvers<undefined>[] = [];

  async datasync(): Promise<void> {
    const sync = Promise.withResolvers<undefined>();
    this.syncs.push(sync);
    await sync.promise;
  }
}

/** Lets everything that is ready run. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

describe('EarlyFlush', () => {
  it('sets the disk to work every 32 MiB, and not again before it is done', async () => {
    const file = new SlowFile();
    const flush = new EarlyFlush(file, new WriteBack(), () => undefined);
    flush.wrote(31 * MIB);
    await settle();
    expect(file.syncs).toHaveLength(0);
    flush.wrote(MIB);
    flush.wrote(64 * MIB);
    await settle();
    expect(file.syncs).toHaveLength(1);
  });

  it('holds the sender back from 128 MiB ahead of the disk until the disk has caught up', async () => {
    const file = new SlowFile();
    const flushed = Promise.withResolvers<unknown>();
    const flush = new EarlyFlush(file, new WriteBack(), flushed.resolve);
    flush.wrote(128 * MIB);
    await settle();
    expect(flush.isBehind).toBe(false);
    flush.wrote(MIB);
    expect(flush.isBehind).toBe(true);
    file.syncs[0]?.resolve(undefined);
    expect(await flushed.promise).toBeUndefined();
    expect(flush.isBehind).toBe(false);
  });

  it('tells of a disk that fails', async () => {
    const file = new SlowFile();
    const flushed = Promise.withResolvers<unknown>();
    const flush = new EarlyFlush(file, new WriteBack(), flushed.resolve);
    flush.wrote(32 * MIB);
    await settle();
    file.syncs[0]?.reject(new Error('EIO'));
    expect(await flushed.promise).toEqual(new Error('EIO'));
  });

  it('syncs nothing more once stopped', async () => {
    const file = new SlowFile();
    const flush = new EarlyFlush(file, new WriteBack(), () => undefined);
    flush.wrote(32 * MIB);
    flush.stop();
    await settle();
    expect(file.syncs).toHaveLength(0);
  });
});

describe('WriteBack', () => {
  it('lets one file at a time have the disk, and goes on after a failure', async () => {
    const queue = new WriteBack();
    const [first, second] = [new SlowFile(), new SlowFile()];
    const firstTurn = queue.run(() => first.datasync());
    const secondTurn = queue.run(() => second.datasync());
    await settle();
    expect([first.syncs.length, second.syncs.length]).toEqual([1, 0]);
    first.syncs[0]?.reject(new Error('EIO'));
    await expect(firstTurn).rejects.toThrow('EIO');
    await settle();
    second.syncs[0]?.resolve(undefined);
    await expect(secondTurn).resolves.toBeUndefined();
  });
});
