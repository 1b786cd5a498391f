import { chmod, lstat, readFile, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import {
  ProgramMissingError,
  type Sandbox,
  SandboxedProgramError,
  SandboxLimitError,
  type SandboxLimits,
} from '#platform/sandbox';
import { type Conversion, convertArguments } from './conversion.js';
import { Progress } from './progress.js';
import { QemuImgError, QemuImgMissingError, withoutPaths } from './qemu-img.errors.js';

const COMMAND = 'qemu-img';

/** Its tables of a 16 TiB disk, and the stacks of its threads. */
const MEMORY_BYTES = 2 * 2 ** 30;
/** It has up to 64 workers for input and output, and some of its own. */
const PROCESSES = 128;

/** For what hardly reads a disk. */
const SMALL_LIMITS: SandboxLimits = {
  cpuSeconds: 10,
  memoryBytes: MEMORY_BYTES,
  fileBytes: 2 ** 26,
  wallMs: 60_000,
  processes: PROCESSES,
};

/** A disk that is to be written to, and the one below, which is not. */
export interface Overlay {
  /** Absolute path of a QCOW2 disk that a parser of ours has passed. */
  readonly basePath: string;
  /** Absolute path in a folder that is for this only. */
  readonly path: string;
  readonly signal?: AbortSignal;
}

/** Converts disks by `qemu-img`, in the sandbox. It only ever gets what a parser of ours has passed. */
export class QemuImg {
  constructor(private readonly sandbox: Sandbox) {}

  /**
   * Whether conversions can be had at all.
   * @throws SandboxUnavailableError
   */
  isAvailable(): Promise<boolean> {
    return this.sandbox.provides(COMMAND);
  }

  /**
   * Makes an empty QCOW2 disk over another: what is written to it leaves that one as it is. Programs of strangers may write
   * to it, so it must be in a folder that is open to nobody.
   * @throws as `convert`
   */
  async createOverlay({ basePath, path, signal }: Overlay): Promise<void> {
    const name = basename(path);
    try {
      await this.sandbox.run({
        command: COMMAND,
        args: ['create', '-q', '-f', 'qcow2', '-F', 'qcow2', '-b', { readOnlyFile: basePath }, `./${name}`],
        dir: dirname(path),
        limits: SMALL_LIMITS,
        ...(signal && { signal }),
      });
      await refuseOddResult(path);
      await chmod(path, 0o666);
    } catch (error) {
      throw explain(error, basePath, name);
    }
  }

  /**
   * The first bytes of a disk, of 512 at most.
   * @param path absolute, of a QCOW2 disk that a parser of ours has passed
   * @param dir a folder that is for this only
   * @throws as `convert`
   */
  async readFirstSector(path: string, dir: string, signal?: AbortSignal): Promise<Buffer> {
    const sector = join(dir, 'sector');
    const input = { readOnlyFile: path, wording: (name: string) => `if=${name}` };
    try {
      await this.sandbox.run({
        command: COMMAND,
        args: ['dd', '-f', 'qcow2', '-O', 'raw', 'bs=512', 'count=1', input, 'of=./sector'],
        dir,
        limits: SMALL_LIMITS,
        ...(signal && { signal }),
      });
      await refuseOddResult(sector);
      return await readFile(sector);
    } catch (error) {
      throw explain(error, path, 'sector');
    }
  }

  /**
   * Converts a disk. The result is a plain file, not yet flushed to the medium; after a failure there is none.
   * @throws QemuImgError with what it said, QemuImgMissingError, SandboxLimitError, SandboxUnavailableError, the reason of
   *   the signal
   */
  async convert(conversion: Conversion): Promise<void> {
    const { outputPath, limits, signal, onProgress = () => undefined } = conversion;
    const [dir, name] = [dirname(outputPath), basename(outputPath)];
    const progress = new Progress(onProgress);
    try {
      await this.sandbox.run(
        {
          command: COMMAND,
          args: convertArguments(conversion, name),
          dir,
          limits: { ...limits, memoryBytes: MEMORY_BYTES, processes: PROCESSES },
          ...(signal && { signal }),
        },
        (chunk) => progress.add(chunk),
      );
      await refuseOddResult(outputPath);
    } catch (error) {
      await rm(outputPath, { recursive: true, force: true });
      throw explain(error, conversion.inputPath, name);
    }
  }
}

/** Whatever may have got hold of the program: nothing that leads to another file is taken for a disk. */
async function refuseOddResult(path: string): Promise<void> {
  const result = await lstat(path);
  if (!result.isFile() || result.nlink !== 1) throw new QemuImgError('The result is not a plain file');
}

function explain(error: unknown, inputPath: string, outputName: string): unknown {
  if (error instanceof ProgramMissingError) return new QemuImgMissingError();
  if (!(error instanceof SandboxedProgramError)) return error;
  if (error.lastWords.includes('File too large')) return new SandboxLimitError(COMMAND, 'file size');
  return new QemuImgError(withoutPaths(error.lastWords, inputPath, outputName) || `It ended with ${error.status}`);
}
