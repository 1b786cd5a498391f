/** An argument: a text as it is, or a file of ours that the program may read. */
export type SandboxArgument = string | LentFile;

export interface LentFile {
  /** Absolute path. */
  readonly readOnlyFile: string;
  /** Makes the argument of the path as the program sees it; else it is that path. */
  readonly wording?: (path: string) => string;
}

/** The argument's text, where the program finds the file under `path`. */
export function worded({ wording }: LentFile, path: string): string {
  return wording ? wording(path) : path;
}

/** What a program may use. None of it can be left out: a forgotten limit is none. */
export interface SandboxLimits {
  /** Per process. */
  readonly cpuSeconds: number;
  /** Address space, per process; the sandbox's `/tmp` comes on top. */
  readonly memoryBytes: number;
  /** Per file that is written. */
  readonly fileBytes: number;
  readonly wallMs: number;
  /** Processes and threads at once; does not hold with `SANDBOX=none`. */
  readonly processes: number;
}

/** One run of one program. */
export interface SandboxJob {
  /** A program's name, looked up in the usual folders. */
  readonly command: string;
  readonly args: readonly SandboxArgument[];
  /**
   * Absolute path of a folder of the program's own: its working directory, and the only one it may write to. For the time
   * of the run it is the program's to change, so nothing of value is in it.
   */
  readonly dir: string;
  readonly limits: SandboxLimits;
  /** Whether its descriptor 3 is a socket, whose other end is `SandboxedProcess.channel`. */
  readonly hasChannel?: boolean;
  /** Ends the program; the run then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}
