import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { assembled } from './assembled.js';
import { printed, rawCopy, writeFiles } from './disk-trees.js';
import { TreeRoot } from './tree-root.js';

const MIB = 2 ** 20;

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
});
afterEach(() => root.remove());

const script = (text: string): void => void execFileSync('sh', ['-ec', text], { cwd: root.tree });

/** Trees that take their room in different ways. */
const TREES: Readonly<Record<string, () => void | Promise<void>>> = {
  'nothing at all': () => undefined,
  'one large file': () => writeFiles(root.tree, { large: randomBytes(60 * MIB) }),
  'many small files': () =>
    script('for d in 1 2 3 4; do mkdir $d; seq -f "$d/%.0f" 500 | while read f; do echo 1 >"$f"; done; done'),
  'folders in folders, and links': () => script('for d in $(seq 400); do mkdir -p $((d % 40))/$d; ln -s / l$d; done'),
  'a file in pieces': () =>
    script('for at in $(seq 300); do echo x | dd of=holes bs=1 seek=$((at * 20000)) conv=notrunc status=none; done'),
};

/** What the disk is refused for, in bytes. */
async function neededBytes(): Promise<number> {
  const refused = await assembled(root, { partitioning: 'none', sizeBytes: 4 * MIB }).then(String, String);
  return Number(/\(size_bytes (\d+)\)$/.exec(refused)?.[1]);
}

describe('the size that a disk is said to need', () => {
  it.each(Object.entries(TREES))('for %s is enough, and hardly more than that', async (_, furnish) => {
    await furnish();
    const sizeBytes = await neededBytes();
    const raw = await rawCopy((await assembled(root, { partitioning: 'none', sizeBytes })).disk.path);
    await printed('e2fsck', '-fn', raw);
    const header = await printed('dumpe2fs', '-h', raw);
    const freeBytes = Number(/^Free blocks: +(\d+)$/m.exec(header)?.[1]) * 4096;
    expect(freeBytes).toBeLessThan(sizeBytes / 10 + 9 * MIB);
  });
});
