import { lstat, mkdir, readdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { inspectFile } from '../../contracts/qcow2/qemu-img.js';
import { DiskProgramMissingError } from '#platform/image-builder';
import { xfsTools } from '../../support/xfs-tools.js';
import { assembled } from './assembled.js';
import { furnish, printed, printedByXfs, rawCopy, sha256, writeFiles } from './disk-trees.js';
import { TreeRoot } from './tree-root.js';

const MIB = 2 ** 20;

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
  root.tools = await xfsTools();
});
afterEach(() => root.remove());

/** Checks a file system, and copies all that is in it into a folder. */
const DUMPS = {
  async ext4(raw: string, folder: string): Promise<void> {
    await printed('e2fsck', '-fn', raw);
    await printed('debugfs', '-R', `rdump / ${folder}`, raw);
  },
  async xfs(raw: string, folder: string): Promise<void> {
    await printedByXfs('xfs_repair', '-n', raw);
    await printedByXfs('xfs_db', '-r', '-c', `rdump / ${folder}`, raw);
  },
};

describe('a disk', () => {
  beforeEach(() => furnish(root.tree));

  it.each([
    ['ext4', 'gpt'],
    ['ext4', 'mbr'],
    ['ext4', 'none'],
    ['squashfs', 'gpt'],
    ['squashfs', 'none'],
    ['xfs', 'gpt'],
    ['xfs', 'mbr'],
    ['xfs', 'none'],
  ] as const)('of %s with %s passes our own admission, and leaves nothing else', async (filesystem, partitioning) => {
    const { disk, progress } = await assembled(root, { filesystem, partitioning });
    const facts = await inspectFile(disk.path);
    expect(facts.virtualSizeBytes % MIB).toBe(0);
    expect(await readdir(root.dir)).toEqual(['disk.qcow2']);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
    expect([progress[0], progress.at(-1)]).toEqual([0, 100]);
    await printed('qemu-img', 'check', disk.path);
  });

  it.each(['ext4', 'squashfs', 'xfs'] as const)(
    'of %s is the same again, from a copy of the tree',
    async (filesystem) => {
      const again = await TreeRoot.create();
      await printed('cp', '-a', `${root.tree}/.`, again.tree);
      const first = await sha256((await assembled(root, { filesystem, hostname: 'box' })).disk.path);
      again.tools = root.tools;
      const second = await sha256((await assembled(again, { filesystem, hostname: 'box' })).disk.path);
      const other = await sha256((await assembled(again, { filesystem, hostname: 'box', seed: 'another' })).disk.path);
      await again.remove();
      expect(second).toBe(first);
      expect(other).not.toBe(first);
    },
  );

  it.each(['ext4', 'xfs'] as const)('of %s has every file of the tree as it was', async (filesystem) => {
    const { disk } = await assembled(root, { filesystem, partitioning: 'none', hostname: 'box.example.org' });
    const copy = join(root.dir, 'copy');
    await mkdir(copy);
    await DUMPS[filesystem](await rawCopy(disk.path), copy);
    // Without times: whoever dumps a file system gives links the time of the dump. The next tests look at them.
    const listing = async (folder: string): Promise<string[]> =>
      (await printed('find', folder, '-mindepth', '1', '-printf', '%P %y %U %G %l\\0'))
        .split('\0')
        .filter((line) => !line.startsWith('lost+found'))
        .sort();
    const files = async (folder: string): Promise<string> =>
      printed('sh', '-c', 'cd "$0" && find . -type f -print0 | sort -z | xargs -0 sha256sum', folder);
    expect(await files(copy)).toBe(await files(root.tree));
    expect(await printed('cat', join(copy, 'etc/hostname'))).toBe('box.example.org\n');
    expect(await listing(copy)).toEqual(await listing(root.tree));
  });

  it('keeps owners, modes, times and hard links, and no trace of when it was made', async () => {
    const { disk } = await assembled(root, { partitioning: 'none' });
    const raw = await rawCopy(disk.path);
    const stat = (path: string): Promise<string> => printed('debugfs', '-R', `stat "${path}"`, raw);
    expect(await stat('/usr/bin/tool')).toMatch(/Mode: {2}04755[^]*User: {2}1000 {3}Group: {3}100[^]*Links: 2/);
    expect(await stat('/with space')).toMatch(
      /ctime: 0x5e0be100:0+ [^]*atime: 0x5e0be100:0+ [^]*mtime: 0x6553f100:0+ [^]*crtime: 0x5e0be100:0+ /,
    );
    expect(await stat('/tmp')).toMatch(/Mode: {2}01777/);
  });

  it('has a partition table that is whole, with the kernel on a FAT', async () => {
    const { disk, lines } = await assembled(root);
    const raw = await rawCopy(disk.path);
    expect(lines).toEqual([
      expect.stringMatching(/^The root filesystem has \d+ MiB in 16 files and folders$/),
      'Boots the kernel "/boot/vmlinuz-1" with "/boot/initrd.img-1" by syslinux and systemd-boot',
      expect.stringMatching(/^A disk of \d+ MiB, \d+ MiB of it ext4$/),
    ]);
    expect(await printed('sfdisk', '--verify', raw)).toMatch(/No errors detected/);
    const listing = await printed('mdir', '-a', '-b', '-/', '-i', `${raw}@@1M`, '::');
    expect(
      listing
        .split('\n')
        .filter((line) => line.startsWith('::'))
        .sort(),
    ).toEqual([
      '::/EFI/',
      '::/EFI/BOOT/',
      '::/EFI/BOOT/BOOTX64.EFI',
      '::/initrd',
      '::/ldlinux.c32',
      '::/ldlinux.sys',
      '::/loader/',
      '::/loader/entries/',
      '::/loader/entries/linux.conf',
      '::/loader/loader.conf',
      '::/syslinux.cfg',
      '::/vmlinuz',
    ]);
  });

  it('for ARM has the loader of its tree, and nothing for a BIOS', async () => {
    const { disk: nothing, lines } = await assembled(root, { architecture: 'aarch64' });
    expect(nothing).toMatchObject({ bootable: false, firmware: [] });
    expect(lines[1]).toBe(
      'The disk cannot boot by itself: there is no kernel with an initrd in /boot or /, or no boot loader for it',
    );
    await writeFiles(root.tree, { 'opt/loader.efi': 'a loader' });
    await mkdir(join(root.tree, 'usr/lib/systemd/boot/efi'), { recursive: true });
    await symlink('/opt/loader.efi', join(root.tree, 'usr/lib/systemd/boot/efi/systemd-bootaa64.efi'));
    const { disk } = await assembled(root, { architecture: 'aarch64' });
    expect(disk).toMatchObject({ bootable: true, firmware: ['uefi'] });
    const image = `${await rawCopy(disk.path)}@@1M`;
    expect(await printed('mtype', '-i', image, '::/EFI/BOOT/BOOTAA64.EFI')).toBe('a loader');
    await expect(printed('mtype', '-i', image, '::/ldlinux.sys')).rejects.toThrow('File "::/ldlinux.sys" not found');
  });

  it('takes the loader of its tree before that of the worker', async () => {
    await writeFiles(root.tree, { 'usr/lib/systemd/boot/efi/systemd-bootx64.efi': 'its own' });
    const { disk } = await assembled(root);
    expect(await printed('mtype', '-i', `${await rawCopy(disk.path)}@@1M`, '::/EFI/BOOT/BOOTX64.EFI')).toBe('its own');
  });

  it('costs three starts of a program', async () => {
    await assembled(root, { hostname: 'box' });
    expect(root.runs).toBe(3);
  });

  it('has the size that was asked for', async () => {
    const { disk } = await assembled(root, { sizeBytes: 3 * 2 ** 30 });
    expect((await inspectFile(disk.path)).virtualSizeBytes).toBe(3 * 2 ** 30);
    const fs = await printed('dumpe2fs', '-h', `${await rawCopy(disk.path)}?offset=${41 * MIB}`);
    expect(fs).toMatch(new RegExp(`^Block count: +${((3 * 2 ** 30) / MIB - 42) * 256}$`, 'm'));
    expect((await lstat(disk.path)).size).toBeLessThan(8 * MIB);
  });

  it('that is too small is refused before it is made, with the size that is enough', async () => {
    const refused = await assembled(root, { sizeBytes: 40 * MIB }).then(String, String);
    expect(refused).toMatch(
      /^DiskRefusedError: The disk is too small: 40 MiB were asked for, but the tree \(1 MiB in 16 files and folders\) needs a disk of at least \d+ MiB \(size_bytes \d+\)$/,
    );
    expect(await readdir(root.dir)).toEqual([]);
    const sizeBytes = Number(/size_bytes (\d+)/.exec(refused)?.[1]);
    await assembled(root, { sizeBytes });
  });

  it('without partitions has nothing to boot it', async () => {
    const { disk, lines } = await assembled(root, { partitioning: 'none' });
    expect(disk).toMatchObject({ bootable: false, firmware: [] });
    expect(lines[1]).toBe('The disk cannot boot by itself: without partitions there is no room for a boot loader');
  });

  it('is not made once nobody wants it', async () => {
    const gone = new Error('cancelled');
    await expect(assembled(root, {}, AbortSignal.abort(gone))).rejects.toBe(gone);
    expect(root.runs).toBe(0);
  });

  it.each([
    ['/usr/bin/qemu-img', 'qemu-img', 'qemu-utils'],
    ['/usr/sbin/mke2fs', 'mke2fs', 'e2fsprogs'],
    ['/usr/sbin/sfdisk', 'sfdisk', 'fdisk'],
    ['/usr/bin/mtools', 'mformat, mcopy, mmd', 'mtools'],
    ['/usr/bin/syslinux', 'syslinux', 'syslinux'],
    ['/usr/lib/syslinux/mbr/gptmbr.bin', '/usr/lib/syslinux/mbr/gptmbr.bin', 'syslinux-common'],
  ])('that would need %s names the package where it is missing', async (path, missing, packages) => {
    root.hidden = [path];
    await expect(assembled(root)).rejects.toThrow(
      new DiskProgramMissingError(new Map(missing.split(', ').map((name) => [name, packages]))),
    );
  });

  it('needs nothing of what it is not made with', async () => {
    root.hidden = ['/usr/bin/mtools', '/usr/bin/syslinux', '/usr/sbin/sfdisk', '/usr/bin/mksquashfs'];
    await assembled(root, { partitioning: 'none' });
  });
});
