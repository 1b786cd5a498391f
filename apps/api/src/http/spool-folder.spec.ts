import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpoolFolder } from './spool-folder.js';

describe('the folder of spooled bodies', () => {
  let root: string;
  let folder: SpoolFolder;
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'diskyard-test-'));
    folder = new SpoolFolder(join(root, 'spool'));
  });
  afterEach(() => rm(root, { recursive: true }));

  it('makes files that nobody finds, and that can be written and read', async () => {
    const file = await folder.create();
    await file.writeFile('body');
    expect(await readdir(folder.path)).toEqual([]);
    expect((await file.read(Buffer.alloc(4), 0, 4, 0)).buffer.toString()).toBe('body');
    await file.close();
  });

  it('removes what a process left that was killed between making a file and taking its name', async () => {
    await mkdir(folder.path);
    const [old, fresh] = ['old', 'fresh'].map((name) => join(folder.path, name));
    await writeFile(old ?? '', '');
    await writeFile(fresh ?? '', '');
    const aMinuteAgo = new Date(Date.now() - 61_000);
    await utimes(old ?? '', aMinuteAgo, aMinuteAgo);
    await folder.sweep();
    expect(await readdir(folder.path)).toEqual(['fresh']);
  });

  it('has nothing to sweep where nothing was ever spooled', async () => {
    await expect(folder.sweep()).resolves.toBeUndefined();
  });
});
