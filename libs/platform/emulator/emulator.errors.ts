/** The server lacks a part of the emulator; the message names its package to the operator. */
export class EmulatorMissingError extends Error {
  override readonly name = 'EmulatorMissingError';

  constructor(part: 'qemu-system-x86' | 'ovmf') {
    super(
      part === 'ovmf'
        ? 'Disks cannot be booted by UEFI here: install the package ovmf (Debian, Ubuntu)'
        : 'Disks cannot be booted here: install the package qemu-system-x86 (Debian, Ubuntu)',
    );
  }
}

/** The emulator itself came to grief; whether the disk boots is not known. */
export class EmulatorError extends Error {
  override readonly name = 'EmulatorError';
}
