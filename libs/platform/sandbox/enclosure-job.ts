/** A file or folder of ours that a program in an enclosure sees. */
export interface EnclosureMount {
  /** Absolute path. */
  readonly from: string;
  /** Absolute path as the program sees it. */
  readonly to: string;
  /** A folder that was given to the enclosure's root (`Enclosure.adopt`); else it is for reading only. */
  readonly writable?: boolean;
}

/** What all processes of a run may use together, but for what says otherwise. */
export interface EnclosureLimits {
  readonly cpuSeconds: number;
  /** Memory that no file holds. A single process is refused more at once; their sum is looked at all the time. */
  readonly memoryBytes: number;
  /** Per file that is written. */
  readonly fileBytes: number;
  /** In the folders that `EnclosureJob.diskFolders` tells; all files together count for 16 KiB each at least. */
  readonly diskBytes: number;
  readonly wallMs: number;
  /** Processes and threads at once. */
  readonly processes: number;
}

/**
 * What a program reaches: nothing; the internet and the network around us by a translation of addresses, without the
 * loopback of this machine; or all that we reach, for programs that are to be trusted.
 */
export type EnclosureNetwork = 'none' | 'translated' | 'host';

/** One run of one program that is root among users of its own. */
export interface EnclosureJob {
  /** A program's name, looked up in the usual folders. */
  readonly command: string;
  readonly args: readonly string[];
  /** Absolute path of a folder that was given to the enclosure's root (`Enclosure.adopt`); the program sees it as `/work`. */
  readonly dir: string;
  readonly mounts?: readonly EnclosureMount[];
  /** Besides the sandbox's own. */
  readonly environment?: Readonly<Record<string, string>>;
  readonly network?: EnclosureNetwork;
  readonly limits: EnclosureLimits;
  /** Whose bytes count as the run's, as the program sees them; `/work` if left out. Asked again and again. */
  readonly diskFolders?: () => Promise<readonly string[]>;
  /** Ends the program; the run then fails with the signal's reason. */
  readonly signal?: AbortSignal;
}
