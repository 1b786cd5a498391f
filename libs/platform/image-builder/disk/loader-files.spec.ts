import { DiskIdentity } from './disk-identity.js';
import { kernelArguments } from './kernel-arguments.js';
import { grubFiles, syslinuxFiles, systemdBootFiles } from './loader-files.js';

const identity = new DiskIdentity('seed');
const X86 = { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64', seed: 'seed' } as const;

describe('kernelArguments', () => {
  it('name the root and the consoles, and end with those of the caller', () => {
    expect(kernelArguments({ ...X86, kernelArguments: ' quiet root=/dev/sda ' }, 'gpt', identity)).toBe(
      `root=PARTUUID=${identity.uuid('root')} rw console=tty0 console=ttyS0,115200 quiet root=/dev/sda`,
    );
  });

  it('know an MBR, a root that is only read, and the serial port of ARM', () => {
    const options = { ...X86, filesystem: 'squashfs', architecture: 'aarch64' } as const;
    expect(kernelArguments(options, 'mbr', identity)).toBe(
      'root=PARTUUID=f751a05f-02 ro console=tty0 console=ttyAMA0,115200',
    );
  });
});

describe('files for loaders', () => {
  const words = 'root=x quiet a;b $c';

  it('for syslinux', () => {
    expect(syslinuxFiles(words)).toEqual([
      {
        path: 'syslinux.cfg',
        text: `SERIAL 0 115200\nDEFAULT linux\nPROMPT 0\nTIMEOUT 0\nLABEL linux\n  LINUX /vmlinuz\n  INITRD /initrd\n  APPEND ${words}\n`,
      },
    ]);
  });

  it('for systemd-boot', () => {
    expect(systemdBootFiles(words)).toEqual([
      { path: 'loader/loader.conf', text: 'timeout 0\ndefault linux.conf\n' },
      {
        path: 'loader/entries/linux.conf',
        text: `title Linux\nlinux /vmlinuz\ninitrd /initrd\noptions ${words}\n`,
      },
    ]);
  });

  it('for GRUB, which would read signs of its own in bare words', () => {
    expect(grubFiles(words, 'f751a05f')[0]).toEqual({
      path: 'EFI/BOOT/grub.cfg',
      text: "search --no-floppy --fs-uuid --set=root F751-A05F\nlinux /vmlinuz 'root=x' 'quiet' 'a;b' '$c'\ninitrd /initrd\nboot\n",
    });
  });
});
