import { access, chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { QemuImg } from '#platform/qemu-img';
import { ProgramMissingError, type Sandbox, SandboxedProgramError, type SandboxLimits } from '#platform/sandbox';
import type { Boot, BootEnd, BootReport, Firmware } from './boot.js';
import { reasonOf } from './boot-reason.js';
import { ConsoleRecord } from './console-record.js';
import { EmulatorError, EmulatorMissingError } from './emulator.errors.js';
import { machineArguments, OVERLAY, SCREEN, TRANSLATION_BYTES, UEFI, VARIABLES } from './machine.js';
import { MachineSession } from './machine-session.js';
import { pngOfPpm } from './screen.js';

const COMMAND = 'qemu-system-x86_64';

/**
 * Starts the emulator behind a pipe, which holds 64 KiB. QEMU writes its console byte by byte, of which our socket holds some
 * 280 only; and a kernel that prints waits 10 ms for its serial port, then drops what comes.
 */
const BEHIND_A_PIPE = [
  'command -v "$0" >/dev/null || { echo "failed to execute $0" >&2; exit 127; }',
  'mkfifo console || exit',
  '"$0" "$@" >console & cat <console; wait $!',
].join('\n');

/** In the first sector, before the table of partitions. */
const BOOT_CODE_BYTES = 440;

/** Beside the machine's memory and its translation: the program, its libraries, the stacks of its threads, the screen. */
const PROGRAM_BYTES = 2 ** 30;
const THREADS = 64;
/** After the time-out: to come to an end in good order. */
const GRACE_MS = 60_000;

const MISSING_UEFI = 'It may need UEFI, for which this server lacks the package ovmf (Debian, Ubuntu)';

/** Boots disks in an emulated PC without network, in the sandbox, and tells how that went. */
export class Emulator {
  constructor(
    private readonly sandbox: Sandbox,
    private readonly qemuImg: QemuImg,
  ) {}

  /**
   * Whether disks can be booted at all.
   * @throws SandboxUnavailableError
   */
  isAvailable(): Promise<boolean> {
    return this.sandbox.provides(COMMAND);
  }

  /**
   * Boots a disk until something ends that. A disk that does not boot is an answer, not an error.
   * @throws EmulatorMissingError, EmulatorError, QemuImgMissingError, SandboxLimitError, SandboxUnavailableError, the reason
   *   of the signal, whatever `onLines` throws
   */
  async boot(boot: Boot): Promise<BootReport> {
    const startedMs = performance.now();
    const record = await ConsoleRecord.create(join(boot.dir, 'console.txt'));
    try {
      const attempt = await this.tryFirmwares(boot, record, startedMs);
      const { end, firmware, session, advice } = attempt;
      const reason = reasonOf(end, boot, { lastLines: session.lastLines, advice });
      return {
        passed: reason === null,
        endedBy: end,
        reason,
        firmware,
        seconds: Math.round((performance.now() - startedMs) / 100) / 10,
        consolePath: record.path,
        screenPath: await keepScreen(boot.dir, firmware),
      };
    } catch (error) {
      throw explain(error);
    } finally {
      await record.close();
    }
  }

  private async tryFirmwares(boot: Boot, record: ConsoleRecord, startedMs: number): Promise<Attempt> {
    if (boot.firmware === 'uefi') return this.start(boot, 'uefi', record, boot.timeoutMs);
    const first = (await this.hasBootCode(boot))
      ? await this.start(boot, 'bios', record, boot.timeoutMs)
      : ({ end: 'not-bootable', firmware: 'bios', session: new MachineSession(boot, record) } as const);
    if (boot.firmware === 'bios' || first.end !== 'not-bootable') return first;
    if (!(await hasUefi())) return { ...first, advice: MISSING_UEFI };
    await boot.onLines?.(['A BIOS finds nothing to boot on it; trying UEFI']);
    return this.start(boot, 'uefi', record, Math.max(0, boot.timeoutMs - (performance.now() - startedMs)));
  }

  /** A BIOS runs what is there, also where it is nothing, and then never ends. */
  private async hasBootCode({ diskPath, dir, signal }: Boot): Promise<boolean> {
    const folder = join(dir, 'look');
    await mkdir(folder);
    const sector = await this.qemuImg.readFirstSector(diskPath, folder, signal);
    return sector.subarray(0, BOOT_CODE_BYTES).some((byte) => byte !== 0);
  }

  private async start(boot: Boot, firmware: Firmware, record: ConsoleRecord, timeoutMs: number): Promise<Attempt> {
    if (firmware === 'uefi' && !(await hasUefi())) throw new EmulatorMissingError('ovmf');
    const { diskPath, signal } = boot;
    const dir = join(boot.dir, firmware);
    await mkdir(dir);
    await this.qemuImg.createOverlay({ basePath: diskPath, path: join(dir, OVERLAY), ...(signal && { signal }) });
    if (firmware === 'uefi') await copyVariables(dir);
    const session = new MachineSession(boot, record);
    const args = ['-c', BEHIND_A_PIPE, COMMAND, ...machineArguments({ ...boot, firmware })];
    const job = { command: 'sh', args, dir, limits: limitsOf(boot, timeoutMs), ...(signal && { signal }) };
    return { firmware, session, end: await session.run(this.sandbox, job, timeoutMs) };
  }
}

interface Attempt {
  readonly end: BootEnd;
  readonly firmware: Firmware;
  readonly session: MachineSession;
  /** What may help. */
  readonly advice?: string;
}

function limitsOf({ memoryBytes, maxWrittenBytes }: Boot, timeoutMs: number): SandboxLimits {
  const wallMs = timeoutMs + GRACE_MS;
  return {
    cpuSeconds: Math.ceil((2 * wallMs) / 1000), // the machine's processor, and what serves its devices
    memoryBytes: memoryBytes + TRANSLATION_BYTES + PROGRAM_BYTES,
    fileBytes: maxWrittenBytes,
    wallMs,
    processes: THREADS,
  };
}

async function hasUefi(): Promise<boolean> {
  const found = await Promise.allSettled([access(UEFI.code), access(UEFI.variables)]);
  return found.every(({ status }) => status === 'fulfilled');
}

/** The machine's own, to write to: its folder is open to nobody else. */
async function copyVariables(dir: string): Promise<void> {
  const path = join(dir, VARIABLES);
  await copyFile(UEFI.variables, path);
  await chmod(path, 0o666);
}

async function keepScreen(dir: string, firmware: Firmware): Promise<string | null> {
  const png = await pngOfPpm(join(dir, firmware, SCREEN));
  if (!png) return null;
  const path = join(dir, 'screen.png');
  await writeFile(path, png, { flag: 'wx', mode: 0o640 });
  return path;
}

function explain(error: unknown): unknown {
  if (error instanceof ProgramMissingError) return new EmulatorMissingError('qemu-system-x86');
  if (!(error instanceof SandboxedProgramError)) return error;
  return new EmulatorError(`The emulator failed: ${error.lastWords || error.status}`, { cause: error });
}
