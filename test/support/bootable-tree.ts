import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { type BootKernel, bootKernel } from './boot-kernel.js';
import { cpioArchive } from './cpio.js';

/** Statically linked, of the Debian package busybox-static: the tree has no libraries. */
const BUSYBOX = '/usr/bin/busybox';

/** What the kernel lacks to read a virtio disk, squashfs and XFS; in the order in which they need each other. */
const MODULES = [
  ...['virtio_ring', 'virtio', 'virtio_pci_legacy_dev', 'virtio_pci_modern_dev', 'virtio_pci', 'virtio_blk'],
  ...['squashfs', 'libcrc32c', 'xfs'],
];

/** What the machine says on its console once its root file system runs. */
export const BOOT_MARKER = 'diskyard-test: the root file system runs';

export interface BootableTreeOptions {
  /** A line that the machine prints on its console. */
  readonly marker?: string;
  /** What `init` does after the marker, as a shell script; unless told the machine switches itself off. */
  readonly afterMarker?: string;
}

/** What a machine needs in its `init`: a way to speak, and to end. The host name is what `/etc/hostname` says. */
const INIT = (marker: string, afterMarker: string): string => `#!/bin/busybox sh
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sys /sys
/bin/busybox mount -t devtmpfs dev /dev
/bin/busybox --install -s /bin 2>/dev/null
/bin/busybox hostname -F /etc/hostname
exec </dev/console >/dev/console 2>&1
echo "${marker}"
echo "host name: $(/bin/busybox hostname)"
echo "command line: $(/bin/busybox cat /proc/cmdline)"
${afterMarker}
`;

/** Finds the partition that the kernel was told is its root: of GPT by its UUID, of an MBR by disk and number. */
const INITRD_INIT = `#!/bin/busybox sh
PATH=/bin
/bin/busybox --install -s /bin
mount -t proc proc /proc; mount -t sysfs sys /sys; mount -t devtmpfs dev /dev
for module in ${MODULES.join(' ')}; do insmod /modules/$module.ko; done
for word in $(cat /proc/cmdline); do
  case $word in root=PARTUUID=*) wanted=\${word#root=PARTUUID=} ;; esac
done
uuid() { # DISK OFFSET
  hexdump -v -s $2 -n 8 -e '1/4 "%08x-" 2/2 "%04x-"' $1
  hexdump -v -s $(($2 + 8)) -n 8 -e '2/1 "%02x"' $1 | cut -c 1-4 | tr -d '\\n'; printf -- -
  hexdump -v -s $(($2 + 10)) -n 6 -e '6/1 "%02x"' $1
}
look() {
  for disk in /dev/vda /dev/nvme0n1p; do
    for number in 1 2 3 4; do
      [ -b $disk$number ] || continue
      whole=\${disk%p}
      [ "$(uuid $whole $((1024 + 128 * (number - 1) + 16)))" = "$wanted" ] && root=$disk$number
      [ "$(hexdump -v -s 440 -n 4 -e '1/4 "%08x"' $whole)-0$number" = "$wanted" ] && root=$disk$number
    done
  done
}
tries=0
while look; [ -z "$root" ] && [ $tries -lt 100 ]; do tries=$((tries + 1)); usleep 100000; done
echo "root partition: $root"
mount -o rw $root /root || mount -o ro $root /root
exec switch_root /root /sbin/init
`;

/**
 * Writes the smallest tree that boots into a folder: busybox, the kernel, an initrd with the modules of a virtio disk, and an
 * `init` that prints the marker on the console and switches the machine off. As a build's context it needs
 * no more than `FROM scratch` and `COPY . /`.
 */
export async function writeBootableTree(dir: string, options: BootableTreeOptions = {}): Promise<void> {
  const { marker = BOOT_MARKER, afterMarker = '/bin/busybox poweroff -f' } = options;
  const kernel = await bootKernel();
  for (const folder of ['bin', 'boot', 'dev', 'etc', 'proc', 'sbin', 'sys', 'tmp']) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  await copyFile(BUSYBOX, join(dir, 'bin/busybox'));
  await symlink('busybox', join(dir, 'bin/sh'));
  await writeFile(join(dir, 'etc/hostname'), 'unnamed\n');
  await writeFile(join(dir, 'sbin/init'), INIT(marker, afterMarker));
  await chmod(join(dir, 'sbin/init'), 0o755);
  await copyFile(kernel.vmlinuz, join(dir, `boot/vmlinuz-${kernel.version}`));
  await writeFile(join(dir, `boot/initrd.img-${kernel.version}`), await initrd(kernel));
}

/** The same tree as the context of a build, packed by tar. */
export async function bootableContext(options: BootableTreeOptions = {}): Promise<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'bootable-'));
  try {
    await writeBootableTree(dir, options);
    const packed = { encoding: 'buffer', maxBuffer: 256 * 2 ** 20 } as const;
    return (await promisify(execFile)('tar', ['--create', '--directory', dir, '.'], packed)).stdout;
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function initrd(kernel: BootKernel): Promise<Buffer> {
  const folders = ['bin', 'dev', 'modules', 'proc', 'root', 'sys'].map((path) => ({ path }));
  const modules = await modulesOf(kernel);
  const contents = await Promise.all(
    modules.map(async (path) => ({ path: `modules/${basename(path)}`, content: await readFile(path) })),
  );
  const busybox = { path: 'bin/busybox', content: await readFile(BUSYBOX) };
  return cpioArchive([...folders, busybox, { path: 'init', content: Buffer.from(INITRD_INIT) }, ...contents]);
}

/** Paths of those that it lacks. */
async function modulesOf({ modules }: BootKernel): Promise<string[]> {
  const entries = await readdir(modules, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && MODULES.includes(basename(entry.name, '.ko')))
    .map((entry) => join(entry.parentPath, entry.name));
}
