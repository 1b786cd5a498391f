import { chmod, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { assertDiskPossible } from '#platform/image-builder';
import { xfsTools } from '../../support/xfs-tools.js';
import { assembled } from './assembled.js';
import { furnish, printedByXfs, rawCopy, writeFiles } from './disk-trees.js';
import { TreeRoot } from './tree-root.js';

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
});
afterEach(() => root.remove());

describe('a disk', () => {
  it('of xfs keeps owners, modes, times and hard links, and no trace of when it was made', async () => {
    await furnish(root.tree);
    root.tools = await xfsTools();
    await utimes(join(root.tree, 'usr/bin/tool'), 1_700_000_000, 1_700_000_000);
    const raw = await rawCopy((await assembled(root, { filesystem: 'xfs', partitioning: 'none' })).disk.path);
    const inode = async (path: string): Promise<string> =>
      printedByXfs('xfs_db', '-r', '-c', `path ${path}`, '-c', 'print core', '-c', 'print v3', raw);
    const tool = await inode('/usr/bin/tool');
    expect(tool).toMatch(
      /^core\.mode = 0104755$[^]*^core\.uid = 1000\ncore\.gid = 100\ncore\.nlinkv2 = 2\n[^]*^core\.atime\.sec = Wed Jan {2}1 00:00:00 2020$[^]*^core\.mtime\.sec = Tue Nov 14 22:13:20 2023$[^]*^core\.ctime\.sec = Wed Jan {2}1 00:00:00 2020$[^]*^v3\.crtime\.sec = Wed Jan {2}1 00:00:00 2020$/m,
    );
    expect(await inode('/usr/bin/same')).toBe(tool);
    expect(await inode('/tmp')).toMatch(/^core\.mode = 041777$/m);
  });

  it.each([
    ['missing', ['/usr/sbin/mkfs.xfs']],
    ['older than 6.17', []],
  ])('of xfs says, before anything is built, where to get mkfs.xfs where that is %s', async (_, hidden) => {
    root.tools = join(root.dir, 'tools');
    await writeFiles(root.dir, { 'tools/mkfs.xfs': '#!/bin/sh\necho mkfs.xfs version 6.16.2\n' });
    await chmod(join(root.tools, 'mkfs.xfs'), hidden.length === 0 ? 0o755 : 0);
    root.hidden = hidden;
    const possible = assertDiskPossible((...call) => root.run(...call), {
      filesystem: 'xfs',
      partitioning: 'gpt',
      architecture: 'x86_64',
    });
    await expect(possible).rejects.toThrow(
      'Disks cannot be made here: mkfs.xfs is missing; install (Debian, Ubuntu): xfsprogs; mkfs.xfs must be of 6.17 or ' +
        'newer: where the system has an older one, run node scripts/xfsprogs.mjs',
    );
  });
});
