import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { ProgramMissingError, SandboxedProgramError, SandboxLimitError } from '#platform/sandbox';
import type { RootFilesystem } from '../../root-filesystem.js';
import type { Attempt } from './attempt.js';

/** Mounts the container and becomes the program in its root; the mount ends with the namespace of this one run. */
const IN_MOUNTED_ROOT = 'root=$(buildah mount "$0") && cd "$root" && exec "$@"';

/** The root filesystem of a finished image. */
export class BuiltRoot implements RootFilesystem {
  private constructor(
    private readonly attempt: Attempt,
    private readonly container: string,
  ) {}

  /** Makes a container of the image, lets `work` use its root, and removes it. */
  static async during<T>(attempt: Attempt, imageId: string, work: (root: RootFilesystem) => Promise<T>): Promise<T> {
    const container = `disk-${randomUUID()}`;
    await attempt.run('buildah', ['from', '--pull-never', '--name', container, imageId]);
    const result = await work(new BuiltRoot(attempt, container));
    // After a failure it goes with all others that nobody works on.
    await attempt.run('buildah', ['rm', container]);
    return result;
  }

  get dir(): string {
    return this.attempt.folder.work;
  }

  async run(command: string, args: readonly string[], { stdin }: { readonly stdin?: string } = {}): Promise<string> {
    const input = stdin === undefined ? {} : { input: Readable.from([stdin]) };
    try {
      return await this.attempt.captureTool('sh', ['-c', IN_MOUNTED_ROOT, this.container, command, ...args], input);
    } catch (error) {
      throw inTheNameOf(command, error);
    }
  }
}

/** The shell around a program is of no interest to whoever runs it. */
function inTheNameOf(command: string, error: unknown): unknown {
  if (error instanceof SandboxLimitError) return new SandboxLimitError(command, error.limit);
  if (!(error instanceof SandboxedProgramError)) return error;
  const isMissing = error.lastWords.endsWith(`${command}: not found`);
  return isMissing
    ? new ProgramMissingError(command)
    : new SandboxedProgramError(command, error.status, error.lastWords);
}
