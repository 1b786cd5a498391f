/** A small text file on the boot partition. */
export interface LoaderFile {
  /** From the partition's root: `EFI/BOOT/grub.cfg`. */
  readonly path: string;
  readonly text: string;
}

/** Names on the boot partition: of our own choice, so that no name of the tree gets into what loaders read. */
export const KERNEL_NAME = 'vmlinuz';
export const INITRD_NAME = 'initrd';

/** Where the programs `gcd…` and `grub…` of Debian, Ubuntu and others look. */
const GRUB_FOLDERS = ['EFI/BOOT', 'EFI/debian', 'EFI/ubuntu', 'EFI/fedora', 'boot/grub'];

/** @param kernelArguments printable ASCII without quotes and backslashes */
export function syslinuxFiles(kernelArguments: string): LoaderFile[] {
  const lines = ['SERIAL 0 115200', 'DEFAULT linux', 'PROMPT 0', 'TIMEOUT 0', 'LABEL linux'];
  const entry = [`  LINUX /${KERNEL_NAME}`, `  INITRD /${INITRD_NAME}`, `  APPEND ${kernelArguments}`];
  return [file('syslinux.cfg', [...lines, ...entry])];
}

/** Entries by the Boot Loader Specification. */
export function systemdBootFiles(kernelArguments: string): LoaderFile[] {
  const entry = [`linux /${KERNEL_NAME}`, `initrd /${INITRD_NAME}`, `options ${kernelArguments}`];
  return [
    file('loader/loader.conf', ['timeout 0', 'default linux.conf']),
    file('loader/entries/linux.conf', ['title Linux', ...entry]),
  ];
}

/** @param fatSerial eight hex digits: how GRUB finds the partition */
export function grubFiles(kernelArguments: string, fatSerial: string): LoaderFile[] {
  const id = `${fatSerial.slice(0, 4)}-${fatSerial.slice(4)}`.toUpperCase();
  const words = kernelArguments.split(' ').filter((word) => word !== '');
  const lines = [
    `search --no-floppy --fs-uuid --set=root ${id}`,
    // In quotes, or GRUB would read `;` and `$` in them.
    `linux /${KERNEL_NAME} ${words.map((word) => `'${word}'`).join(' ')}`,
    `initrd /${INITRD_NAME}`,
    'boot',
  ];
  return GRUB_FOLDERS.map((folder) => file(`${folder}/grub.cfg`, lines));
}

function file(path: string, lines: readonly string[]): LoaderFile {
  return { path, text: [...lines, ''].join('\n') };
}
