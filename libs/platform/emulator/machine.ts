import type { SandboxArgument } from '#platform/sandbox';
import type { DiskBus, Firmware } from './boot.js';

const MIB = 2 ** 20;

/** For what the emulator makes of the guest's code. */
export const TRANSLATION_BYTES = 128 * MIB;

/** Debian's and Ubuntu's package ovmf, without Secure Boot. */
export const UEFI = { code: '/usr/share/OVMF/OVMF_CODE_4M.fd', variables: '/usr/share/OVMF/OVMF_VARS_4M.fd' } as const;

/** Names, in the machine's own folder, of what it may write. */
export const OVERLAY = 'overlay.qcow2';
export const VARIABLES = 'variables.fd';
export const SCREEN = 'screen.ppm';

/** What the firmware says to the debugging port, of which the end is kept. */
export const FIRMWARE_WORDS = { device: 'firmware', size: 16_384 } as const;

export interface Machine {
  readonly diskPath: string;
  readonly diskBus: DiskBus;
  readonly firmware: Firmware;
  readonly memoryBytes: number;
}

/**
 * The arguments of `qemu-system-x86_64`: no devices but the ones named here, no network, and QEMU's own filter of system
 * calls. The machine waits for `cont`; its console is the standard output, and descriptor 3 controls it (QMP). When it
 * ends by itself it stands still, so that its screen can still be read.
 */
export function machineArguments({ diskPath, diskBus, firmware, memoryBytes }: Machine): SandboxArgument[] {
  return [
    ...['-nodefaults', '-no-user-config', '-display', 'none', '-nic', 'none'],
    ...['-sandbox', 'on,obsolete=deny,elevateprivileges=deny,spawn=deny,resourcecontrol=deny'],
    ...['-S', '-machine', 'q35', '-accel', `tcg,tb-size=${TRANSLATION_BYTES / MIB}`, '-cpu', 'max'],
    ...['-m', String(Math.floor(memoryBytes / MIB)), '-device', 'VGA', '-device', 'pvpanic'],
    ...['-object', 'rng-builtin,id=random', '-device', 'virtio-rng-pci,rng=random'],
    ...['-chardev', 'stdio,id=console,signal=off', '-device', 'isa-serial,chardev=console'],
    ...['-chardev', 'socket,id=control,fd=3', '-mon', 'chardev=control,mode=control'],
    ...['-chardev', `ringbuf,id=${FIRMWARE_WORDS.device},size=${FIRMWARE_WORDS.size}`],
    ...['-device', `isa-debugcon,iobase=0x402,chardev=${FIRMWARE_WORDS.device}`],
    // A BIOS that finds nothing to boot resets at once, instead of never.
    ...['-action', 'shutdown=pause,reboot=shutdown,panic=pause', '-boot', 'reboot-timeout=0'],
    ...(firmware === 'uefi' ? uefi() : []),
    ...disk(diskPath, diskBus),
  ];
}

function uefi(): string[] {
  return [
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${UEFI.code}`],
    ...['-drive', `if=pflash,format=raw,file=${VARIABLES}`],
  ];
}

/** The overlay over the disk. Where nothing more can be written, the guest hears of it. What either says of the files below it is not believed. */
function disk(diskPath: string, bus: DiskBus): SandboxArgument[] {
  const wording = (filename: string): string =>
    JSON.stringify({
      driver: 'qcow2',
      'node-name': 'disk',
      file: { driver: 'file', filename: OVERLAY },
      backing: {
        driver: 'qcow2',
        'read-only': true,
        file: { driver: 'file', filename },
        backing: null,
      },
    });
  const device = bus === 'virtio' ? 'virtio-blk-pci' : 'ide-hd';
  return ['-blockdev', { readOnlyFile: diskPath, wording }, '-device', `${device},drive=disk,werror=report`];
}
