import { execFileSync } from 'node:child_process';
import { lstat, mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { xfsTools } from '../../support/xfs-tools.js';
import { assembled } from './assembled.js';
import { printed, rawCopy, writeFiles } from './disk-trees.js';
import { TreeRoot } from './tree-root.js';

const MIB = 2 ** 20;
const NOTHING_TO_BOOT =
  'The disk cannot boot by itself: there is no kernel with an initrd in /boot or /, or no boot loader for it';

const NO_HOST_NAME = 'The host name cannot be set: /etc of the tree is no folder, or /etc/hostname is one';

let root: TreeRoot;
beforeEach(async () => {
  root = await TreeRoot.create();
  await mkdir(join(root.tree, 'etc'));
});
afterEach(() => root.remove());

const inTree = (path: string): string => join(root.tree, path);

/** What the disk boots, in its own words; undefined for nothing. */
async function booted(): Promise<string | undefined> {
  const { disk, lines } = await assembled(root);
  const line = lines[1] === NOTHING_TO_BOOT ? undefined : lines[1];
  expect(disk.bootable).toBe(line !== undefined);
  return line;
}

/** The kernel on the disk's boot partition. */
async function kernelOn(path: string): Promise<string> {
  return printed('mtype', '-i', `${await rawCopy(path)}@@1M`, '::/vmlinuz');
}

describe('a tree of a stranger', () => {
  it.each([
    ['/work/..', 'vmlinuz'],
    ['/proc/1/root', 'vmlinuz'],
    ['../../../../../../..', 'vmlinuz'],
    ['boot', 'vmlinuz'],
  ])('whose /boot leads to %s has nothing to boot', async (target) => {
    await symlink(target, inTree('boot'));
    expect(await booted()).toBeUndefined();
  });

  it.each([
    '/etc/passwd',
    '/work/disk.raw',
    '/usr/bin/sh',
    '/dev/zero',
    '/proc/self/mem',
    'vmlinuz-1',
    '../../../../etc/passwd',
  ])('whose kernel is a link to %s has nothing to boot', async (target) => {
    await writeFiles(root.tree, { 'boot/initrd.img-1': 'initrd' });
    await symlink(target, inTree('boot/vmlinuz-1'));
    expect(await booted()).toBeUndefined();
  });

  it('whose kernel is a link to its own /etc/passwd boots that, and not ours', async () => {
    await writeFiles(root.tree, { 'etc/passwd': "the tree's own", 'boot/initrd.img-1': 'initrd' });
    await symlink('/etc/passwd', inTree('boot/vmlinuz-1'));
    const { disk } = await assembled(root);
    expect(await kernelOn(disk.path)).toBe("the tree's own");
  });

  it('whose kernel is a folder, a pipe, a device or empty has nothing to boot, or an older one', async () => {
    await mkdir(inTree('boot/vmlinuz-5'), { recursive: true });
    execFileSync('mkfifo', [inTree('boot/vmlinuz-4')]);
    execFileSync('mknod', [inTree('boot/vmlinuz-3'), 'c', '1', '5']);
    await writeFiles(root.tree, { 'boot/vmlinuz-2': '' });
    for (const version of [5, 4, 3, 2]) await writeFiles(root.tree, { [`boot/initrd.img-${version}`]: 'initrd' });
    expect(await booted()).toBeUndefined();
    await writeFiles(root.tree, { 'boot/vmlinuz-1': 'kernel', 'boot/initrd.img-1': 'initrd' });
    expect(await booted()).toMatch(/^Boots the kernel "\/boot\/vmlinuz-1" /);
  });

  it.each(['6.1\nAPPEND init=evil', "6.1'$(touch x)", '6.1 "quoted" `id`', '6.1;reboot', '6.1\x1b[2J', '6.1%s\\'])(
    'whose kernel is called after %j gets no word of it into a configuration or a line of the log',
    async (version) => {
      await writeFiles(root.tree, {
        [`boot/vmlinuz-${version}`]: 'the kernel',
        [`boot/initrd.img-${version}`]: 'initrd',
      });
      const { disk, lines } = await assembled(root);
      expect(lines[1]).toContain(JSON.stringify(`/boot/vmlinuz-${version}`));
      expect(lines.join('')).not.toMatch(/\p{Cc}/u);
      expect(await kernelOn(disk.path)).toBe('the kernel');
      const image = `${disk.path}.raw@@1M`;
      for (const file of ['::/syslinux.cfg', '::/loader/entries/linux.conf']) {
        expect(await printed('mtype', '-i', image, file)).not.toMatch(/6\.1/);
      }
    },
  );

  it('with a kernel of 2 GiB is refused, and with a file of 10 TiB of holes is not', async () => {
    await writeFiles(root.tree, { 'boot/vmlinuz-1': 'kernel', 'boot/initrd.img-1': 'initrd', large: 'x' });
    await truncate(inTree('large'), 10 * 2 ** 40);
    const { disk } = await assembled(root);
    expect((await lstat(disk.path)).size).toBeLessThan(8 * MIB);
    await truncate(inTree('boot/vmlinuz-1'), 2 ** 31);
    await expect(assembled(root)).rejects.toThrow(
      'The kernel "/boot/vmlinuz-1" and the initrd "/boot/initrd.img-1" take 2049 MiB; a boot partition holds at most 1024 MiB',
    );
  });

  it('with 10 TiB of holes is refused by squashfs, which would read them', async () => {
    await writeFile(inTree('large'), 'x');
    await truncate(inTree('large'), 10 * 2 ** 40);
    await expect(assembled(root, { filesystem: 'squashfs' })).rejects.toThrow(
      'The tree has files with holes of 10485760 MiB; squashfs takes at most 65536 MiB, ext4 any',
    );
  });

  it('with devices and pipes keeps them, and nobody reads them', async () => {
    execFileSync('mkfifo', [inTree('pipe')]);
    execFileSync('mknod', [inTree('zero'), 'c', '1', '5']);
    const { disk } = await assembled(root, { partitioning: 'none' });
    const raw = await rawCopy(disk.path);
    expect(await printed('debugfs', '-R', 'stat /zero', raw)).toMatch(/Type: character special.*[^]*01:05/);
    expect(await printed('debugfs', '-R', 'stat /pipe', raw)).toContain('Type: FIFO');
  });

  it('with a host name that leads elsewhere gets one of its own', async () => {
    await writeFiles(root.dir, { elsewhere: 'ours' });
    await symlink('/work/elsewhere', inTree('etc/hostname'));
    const { disk } = await assembled(root, { partitioning: 'none', hostname: 'box' });
    const raw = await rawCopy(disk.path);
    expect(await printed('debugfs', '-R', 'cat /etc/hostname', raw)).toBe('box\n');
    expect(await printed('cat', join(root.dir, 'elsewhere'))).toBe('ours');
    await printed('e2fsck', '-fn', raw);
  });

  it.each(['ext4', 'squashfs'] as const)('without /etc gets a host name in %s all the same', async (filesystem) => {
    await writeFiles(root.tree, { 'bin/sh': 'x' });
    execFileSync('rmdir', [inTree('etc')]);
    const { disk } = await assembled(root, { partitioning: 'none', hostname: 'box', filesystem });
    const raw = await rawCopy(disk.path);
    if (filesystem === 'ext4') await printed('e2fsck', '-fn', raw);
    const read = {
      ext4: ['debugfs', '-R', 'cat /etc/hostname', raw],
      squashfs: ['unsquashfs', '-cat', raw, 'etc/hostname'],
    };
    const [command = '', ...args] = read[filesystem];
    expect(await printed(command, ...args)).toBe('box\n');
  });

  it('whose /etc leads elsewhere gets no host name', async () => {
    execFileSync('rmdir', [inTree('etc')]);
    await symlink('/work', inTree('etc'));
    await expect(assembled(root, { hostname: 'box' })).rejects.toThrow(NO_HOST_NAME);
  });

  it('whose /etc/hostname is a folder gets no host name', async () => {
    await mkdir(inTree('etc/hostname'));
    await expect(assembled(root, { hostname: 'box' })).rejects.toThrow(NO_HOST_NAME);
  });

  it.each([
    ['a path that is too long', 'mkdir -p $WAY ../more/$WAY; mv ../more/* $WAY'],
    ['a link that is too long', 'ln -s $(yes x | head -n 1500 | tr -d "\\n") link'],
  ])('with %s for xfs is refused, and becomes ext4', async (_, furnish) => {
    const WAY = 'a-folder-in-a-folder/'.repeat(150);
    execFileSync('sh', ['-ec', furnish], { cwd: root.tree, env: { ...process.env, WAY } });
    root.tools = await xfsTools();
    await expect(assembled(root, { filesystem: 'xfs' })).rejects.toThrow(
      'xfs cannot take the tree: a link in it has a target of more than 1023 bytes, or a path more than 4095; ext4 can',
    );
    await assembled(root);
  });

  it('with 10,000 files of no content has an inode for each', async () => {
    execFileSync('sh', ['-c', 'for d in $(seq 1 10); do mkdir d$d; (cd d$d && seq 1 1000 | xargs touch); done'], {
      cwd: root.tree,
    });
    const { disk } = await assembled(root, { partitioning: 'none' });
    const raw = await rawCopy(disk.path);
    await printed('e2fsck', '-fn', raw);
    expect(await printed('debugfs', '-R', 'stat /d10/1000', raw)).toContain('Type: regular');
  });

  it('with 3,000 kernels, more than are looked at, still becomes a disk', async () => {
    await mkdir(inTree('boot'));
    execFileSync('sh', ['-c', `seq -f vmlinuz-${'9'.repeat(200)}-%.0f 3000 | xargs touch`], { cwd: inTree('boot') });
    expect(await booted()).toBeUndefined();
  });
});
