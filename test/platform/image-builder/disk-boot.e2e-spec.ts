import { mkdir, readdir, readFile, rename, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiskOptions } from '#platform/image-builder';
import { BOOT_MARKER, writeBootableTree } from '../../support/bootable-tree.js';
import { xfsTools } from '../../support/xfs-tools.js';
import { assembled } from './assembled.js';
import { BOOT_TIMEOUT_MS, bootDisk } from './machine.js';
import { TreeRoot } from './tree-root.js';

const TIMEOUT_MS = BOOT_TIMEOUT_MS + 30_000;
const SYSTEMD_BOOT = '/usr/lib/systemd/boot/efi/systemd-bootx64.efi';
const TOLD: Partial<DiskOptions> = {
  hostname: 'box.example.org',
  kernelArguments: 'quiet told=by-the-caller;$HOME panic=-1',
};

const POWEROFF = '/bin/busybox poweroff -f';
const WRITE = 'grep " / xfs" /proc/mounts; cp /etc/hostname /copy; sync; echo "written: $(cat /copy)"';

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
  await writeBootableTree(root.tree);
});
afterEach(() => root.remove());

function expectToRun(said: string): void {
  expect(said).toContain(BOOT_MARKER);
  expect(said).toContain('host name: box.example.org\r\n');
  expect(said).toMatch(/^command line: .* told=by-the-caller;\$HOME panic=-1[ \r]/m);
}

describe('a disk of a tree with a kernel', () => {
  it.each([
    ['gpt', 'bios'],
    ['mbr', 'bios'],
    ['gpt', 'uefi'],
    ['mbr', 'uefi'],
  ] as const)(
    'with %s boots by %s to its own root, with what it was told',
    async (partitioning, firmware) => {
      const { disk, lines } = await assembled(root, { ...TOLD, partitioning });
      expect(disk).toMatchObject({ bootable: true, firmware: ['bios', 'uefi'] });
      expect(lines[1]).toMatch(
        /^Boots the kernel "\/boot\/vmlinuz-.*" with "\/boot\/initrd.img-.*" by syslinux and systemd-boot$/,
      );
      expectToRun(await bootDisk(disk.path, firmware));
    },
    TIMEOUT_MS,
  );

  it(
    'boots by GRUB where the worker has no systemd-boot',
    async () => {
      root.hidden = [SYSTEMD_BOOT];
      const { disk, lines } = await assembled(root, TOLD);
      expect(lines[1]).toMatch(/ by syslinux and grub$/);
      expectToRun(await bootDisk(disk.path, 'uefi'));
    },
    TIMEOUT_MS,
  );

  it(
    'boots to a root of xfs, on which it can write',
    async () => {
      root.tools = await xfsTools();
      const init = join(root.tree, 'sbin/init');
      await writeFile(init, (await readFile(init, 'utf8')).replace(POWEROFF, `${WRITE}\n${POWEROFF}`));
      const { disk } = await assembled(root, { ...TOLD, filesystem: 'xfs' });
      const said = await bootDisk(disk.path, 'bios');
      expectToRun(said);
      expect(said).toMatch(/^\/dev\/vda2 \/ xfs rw,.*\r\nwritten: box\.example\.org\r$/m);
    },
    TIMEOUT_MS,
  );

  it(
    'boots to a root of squashfs, with links to kernel and initrd',
    async () => {
      await rename(join(root.tree, 'boot'), join(root.tree, 'kernels'));
      const [initrd = '', kernel = ''] = (await readdir(join(root.tree, 'kernels'))).sort();
      await mkdir(join(root.tree, 'boot'));
      await symlink(`/kernels/${kernel}`, join(root.tree, 'boot/vmlinuz'));
      await symlink(`../../kernels/${initrd}`, join(root.tree, 'boot/initrd'));
      const { disk } = await assembled(root, { ...TOLD, filesystem: 'squashfs' });
      expectToRun(await bootDisk(disk.path, 'bios'));
    },
    TIMEOUT_MS,
  );
});
