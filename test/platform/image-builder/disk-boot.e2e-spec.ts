import { copyFile } from 'node:fs/promises';
import { assembleDisk, type DiskOptions } from '#platform/image-builder';
import { BOOT_MARKER, writeBootableTree } from '../../support/bootable-tree.js';
import { bootDisk } from './machine.js';
import { TreeRoot } from './tree-root.js';

const OPTIONS: DiskOptions = {
  filesystem: 'ext4',
  partitioning: 'gpt',
  architecture: 'x86_64',
  hostname: 'box.example.org',
  kernelArguments: 'quiet told=by-the-caller;$HOME panic=-1',
  seed: 'seed',
};
const SYSTEMD_BOOT = '/usr/lib/systemd/boot/efi/systemd-bootx64.efi';

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
  await writeBootableTree(root.tree);
});
afterEach(() => root.remove());

async function assemble(more: Partial<DiskOptions> = {}): Promise<{ path: string; firmware: readonly string[] }> {
  const asked = {
    signal: new AbortController().signal,
    log: (l: string) => console.log(l),
    onProgress: () => undefined,
  };
  return assembleDisk(root, { ...OPTIONS, ...more }, asked);
}

describe('a disk of a tree with a kernel', () => {
  it.each([
    ['gpt', 'bios'],
    ['mbr', 'bios'],
    ['gpt', 'uefi'],
    ['mbr', 'uefi'],
  ] as const)(
    'with %s boots by %s to its root, its host name, and what the kernel was to be told',
    async (partitioning, firmware) => {
      const disk = await assemble({ partitioning });
      expect(disk.firmware).toEqual(['bios', 'uefi']);
      const said = await bootDisk(disk.path, firmware);
      console.log(said);
      expect(said).toContain(BOOT_MARKER);
      expect(said).toContain('host name: box.example.org\r\n');
      expect(said).toMatch(/^command line: .*told=by-the-caller;\$HOME panic=-1\r$/m);
    },
  );
});
