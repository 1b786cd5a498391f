import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';

/** Far more than an emulated machine takes, also where others keep the processors busy. */
export const BOOT_TIMEOUT_MS = 120_000;

const OVMF = '/usr/share/OVMF';

const FIRMWARE = {
  bios: [],
  uefi: [
    ...['-drive', `if=pflash,format=raw,readonly=on,file=${OVMF}/OVMF_CODE_4M.fd`],
    ...['-drive', `if=pflash,format=raw,snapshot=on,file=${OVMF}/OVMF_VARS_4M.fd`],
  ],
};

/** Boots a disk, which stays as it is, on an emulated machine until that is switched off; what its console said. */
export async function bootDisk(path: string, firmware: keyof typeof FIRMWARE): Promise<string> {
  const drive = `if=virtio,format=qcow2,snapshot=on,file=${path}`;
  const machine = ['-accel', 'tcg', '-nographic', '-no-reboot', '-m', '256', '-nic', 'none', '-drive', drive];
  const child = spawn('qemu-system-x86_64', [...machine, ...FIRMWARE[firmware]], {
    stdio: ['ignore', 'pipe', 'inherit'],
    // A machine that hangs is a failure like any other.
    timeout: BOOT_TIMEOUT_MS,
    killSignal: 'SIGKILL',
  });
  const [said] = await Promise.all([text(child.stdout), once(child, 'close')]);
  return said;
}
