/** The server has no `qemu-img`; the message names its package to the operator. */
export class QemuImgMissingError extends Error {
  override readonly name = 'QemuImgMissingError';

  constructor() {
    super('Disks cannot be converted here: install the package qemu-utils (Debian, Ubuntu) or qemu-img (Fedora)');
  }
}

/** `qemu-img` could not convert a disk; the message is its own, without paths. */
export class QemuImgError extends Error {
  override readonly name = 'QemuImgError';
}

const LAST_LINES = 3;
const MAX_CHARACTERS = 500;

/** What `qemu-img` said last, fit for whoever sent the disk: files go by what they are, not by where they are. */
export function withoutPaths(lastWords: string, inputPath: string, outputName: string): string {
  const words = lastWords.split('\n').filter((line) => line.trim() !== '');
  const told = words.slice(-LAST_LINES).map((line) => line.replace(/^qemu-img: /, '').trim());
  return told
    .join('; ')
    .replaceAll(inputPath, 'the disk')
    .replace(/\/input\/\d+/g, 'the disk')
    .replaceAll(`./${outputName}`, 'the result')
    .replace(/\/work\/?/g, '')
    .slice(0, MAX_CHARACTERS);
}
