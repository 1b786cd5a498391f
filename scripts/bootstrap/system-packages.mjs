import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runChild } from './child.mjs';

const SYSTEM_FOLDERS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

const program = (name) => () =>
  [...(process.env.PATH ?? '').split(delimiter), ...SYSTEM_FOLDERS].some((folder) => existsSync(join(folder, name)));
const file = (path) => () => existsSync(path);

/** Whether dpkg has it: programs of its name may be another package's. */
const installed = (name) => () => {
  try {
    return /^Status: .* installed$/m.test(execFileSync('dpkg', ['-s', name], { encoding: 'utf8', stdio: 'pipe' }));
  } catch {
    return false;
  }
};

/** Debian packages that tests need, and how one sees that they are there. */
const PACKAGES = {
  // judges our verdicts, and converts foreign disks, in bubblewrap
  'qemu-utils': program('qemu-img'),
  bubblewrap: program('bwrap'),
  // root filesystems, in user namespaces, with a network; of busybox, and of what a registry has
  buildah: program('buildah'),
  uidmap: program('newuidmap'),
  slirp4netns: program('slirp4netns'),
  'busybox-static': installed('busybox-static'),
  'docker-registry': program('docker-registry'),
  // disks of them
  e2fsprogs: program('mke2fs'),
  'squashfs-tools': program('mksquashfs'),
  fdisk: program('sfdisk'),
  mtools: program('mformat'),
  syslinux: program('syslinux'),
  'syslinux-common': file('/usr/lib/syslinux/mbr/mbr.bin'),
  'systemd-boot-efi': file('/usr/lib/systemd/boot/efi/systemd-bootx64.efi'),
  'grub-efi-amd64-bin': file('/usr/lib/grub/x86_64-efi/monolithic/grubx64.efi'),
  // boots them
  'qemu-system-x86': program('qemu-system-x86_64'),
  ovmf: file('/usr/share/OVMF/OVMF_CODE_4M.fd'),
  // pack and unpack what is sent
  'xz-utils': program('xz'),
  bzip2: program('bzip2'),
  zip: program('zip'),
  unzip: program('unzip'),
  zstd: program('zstd'),
  // clients, certificates, and what judges files that we wrote for others
  curl: program('curl'),
  openssl: program('openssl'),
  'nginx-light': program('nginx'),
  shellcheck: program('shellcheck'),
};

/**
 * Installs what tests need beyond npm, where it is missing and may be installed: on a Debian, as root or by a sudo that
 * asks nothing. Else it tells what is missing; the tests that need it fail then. False where installing failed.
 */
export async function installSystemPackages() {
  const missing = Object.keys(PACKAGES).filter((name) => !PACKAGES[name]());
  if (missing.length === 0) return true;
  const prefix = rootPrefix();
  if (!program('apt-get')() || !prefix) {
    console.log(
      `Tests need packages that are missing here (names of Debian, to be installed as root): ${missing.join(' ')}`,
    );
    return true;
  }
  console.log(`Installing Debian packages that tests need, once: ${missing.join(' ')} ...`);
  for (const args of [['update'], ['install', '--yes', '--no-install-recommends', ...missing]]) {
    const [command, ...line] = [...prefix, 'apt-get', '-q', '-o', 'DPkg::Lock::Timeout=300', ...args];
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { code, output } = await runChild(command, line, { quiet: true, env });
    if (code !== 0) {
      console.error(`apt-get ${args[0]} failed. It said:\n\n${output.trim()}\n`);
      return false;
    }
  }
  return true;
}

/** What makes a command line root's; undefined where nothing does. */
function rootPrefix() {
  if (process.getuid?.() === 0) return [];
  const sudo = ['sudo', '-n', '--preserve-env=DEBIAN_FRONTEND'];
  try {
    execFileSync('sudo', ['-n', 'true'], { stdio: 'ignore' });
    return sudo;
  } catch {
    return undefined;
  }
}
