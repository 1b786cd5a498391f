import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { lockDataDirectory } from './server-lock.js';

describe('lockDataDirectory', () => {
  let dataDir: string;
  beforeEach(async () => (dataDir = await mkdtemp(join(tmpdir(), 'server-lock-'))));
  afterEach(() => rm(dataDir, { recursive: true }));

  it('refuses a second server, names the first and its directory, and leaves the first its lock', async () => {
    const release = await lockDataDirectory(dataDir);
    await expect(lockDataDirectory(dataDir)).rejects.toThrow(
      new RegExp(`process ${process.pid}.*${dataDir}.*DATA_DIR`),
    );
    expect(await readdir(dataDir)).toHaveLength(1);
    await release();
  });

  it('lets the next server in once the first is done', async () => {
    await (
      await lockDataDirectory(dataDir)
    )();
    await (
      await lockDataDirectory(dataDir)
    )();
    expect(await readdir(dataDir)).toEqual([]);
  });

  it('takes over from a dead server, also when its process number is in use again', async () => {
    await writeFile(join(dataDir, '.server-999999999-00.lock'), 'long gone');
    await writeFile(join(dataDir, `.server-${process.ppid}-00.lock`), 'an earlier process of this number');
    const release = await lockDataDirectory(dataDir);
    expect(await readdir(dataDir)).toHaveLength(1);
    await release();
  });

  it('lets at most one of many that start at the same moment through', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => lockDataDirectory(dataDir)));
    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled');
    expect(winners.length).toBeLessThanOrEqual(1);
    expect(await readdir(dataDir)).toHaveLength(winners.length);
  });
});
