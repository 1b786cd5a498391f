import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { xfsTools } from '../../support/xfs-tools.js';
import { assembled } from './assembled.js';
import { printed, rawCopy, writeFiles } from './disk-trees.js';
import { TreeRoot } from './tree-root.js';

const MIB = 2 ** 20;

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
  root.tools = await xfsTools();
});
afterEach(() => root.remove());

const script = (text: string): void => void execFileSync('sh', ['-ec', text], { cwd: root.tree });

/** Trees that take their room in different ways. */
const TREES: Readonly<Record<string, () => void | Promise<void>>> = {
  'nothing at all': () => undefined,
  'one large file': () => writeFiles(root.tree, { large: randomBytes(60 * MIB) }),
  'many small files': () =>
    script('for d in 1 2 3 4; do mkdir many$d; seq -f "many$d/%.0f" 500 | while read f; do echo 1 >"$f"; done; done'),
  'folders in folders, and links': () => script('for d in $(seq 400); do mkdir -p $((d % 40))/$d; ln -s / l$d; done'),
  'a file in pieces': () =>
    script('for at in $(seq 300); do echo x | dd of=holes bs=1 seek=$((at * 20000)) conv=notrunc status=none; done'),
};

/** Checks a file system, and tells how many bytes of it are free. */
const FREE_BYTES = {
  async ext4(raw: string): Promise<number> {
    await printed('e2fsck', '-fn', raw);
    const header = await printed('dumpe2fs', '-h', raw);
    return Number(/^Free blocks: +(\d+)$/m.exec(header)?.[1]) * 4096;
  },
  async xfs(raw: string): Promise<number> {
    const tools = await xfsTools();
    await printed(`${tools}/xfs_repair`, '-n', raw);
    const header = await printed(`${tools}/xfs_db`, '-r', '-c', 'sb 0', '-c', 'print fdblocks', raw);
    return Number(/^fdblocks = (\d+)$/m.exec(header)?.[1]) * 4096;
  },
};

async function expectToBeEnough(filesystem: keyof typeof FREE_BYTES): Promise<void> {
  const options = { filesystem, partitioning: 'none' } as const;
  const refused = await assembled(root, { ...options, sizeBytes: 8 * MIB }).then(String, String);
  const sizeBytes = Number(/\(size_bytes (\d+)\)$/.exec(refused)?.[1]);
  const { disk } = await assembled(root, { ...options, sizeBytes });
  expect(await FREE_BYTES[filesystem](await rawCopy(disk.path))).toBeLessThan(sizeBytes / 10 + 9 * MIB);
}

describe('the size that a disk is said to need', () => {
  it.each(Object.entries(TREES))('for %s is enough, and hardly more than that', async (_, furnish) => {
    await furnish();
    await expectToBeEnough('ext4');
  });

  it('for xfs, which is never small, is enough for all of that and more', async () => {
    for (const furnish of Object.values(TREES)) await furnish();
    await writeFiles(root.tree, { larger: randomBytes(200 * MIB) });
    await expectToBeEnough('xfs');
  });
});
