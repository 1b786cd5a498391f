import type { Readable } from 'node:stream';
import type { EnclosureLimits } from '#platform/sandbox';
import type { RootFilesystem } from './root-filesystem.js';

/** An image of ours that a Dockerfile begins with. */
export interface BuildBase {
  /** As the Dockerfile names it: `bob/base:1.0`. */
  readonly reference: string;
  /** Its root filesystem as an OCI archive, a tar. */
  open(): Promise<Readable>;
  /** SHA-256 of the archive, 64 hex digits. */
  readonly sha256: string;
}

/** Where lines of the log come from: what is built, or we. */
export type BuildStream = 'stdout' | 'stderr' | 'system';

/** Takes a line of the log. While its promise is not kept, the build stands still. */
export type BuildLog = (line: string, stream: BuildStream) => void | Promise<void>;

/** A disk made of a root filesystem. */
export interface BuiltDisk {
  /** A QCOW2 file below the root filesystem's `dir`. */
  readonly path: string;
  /** Whether it starts by itself, and by which firmware. */
  readonly bootable: boolean;
  readonly firmware: readonly ('bios' | 'uefi')[];
}

/** Makes the disk. */
export type AssembleDisk = (
  root: RootFilesystem,
  asked: {
    readonly signal: AbortSignal;
    readonly log: (line: string) => void;
    readonly onProgress: (percent: number) => void;
  },
) => Promise<BuiltDisk>;

/** Limits of each program that takes part in a build and all it starts; of time, those of the whole build. */
export type BuildLimits = EnclosureLimits;

/** One attempt at a build. */
export interface BuildRequest {
  /** Whose layer cache it uses: letters, digits, `.`, `_` and `-`. Builds of one key can reach all that is cached there. */
  readonly cacheKey: string;
  readonly dockerfile: string;
  /** A clean tar of the context: what it unpacks to has been judged. None for an empty context. */
  readonly context?: () => AsyncIterable<Buffer>;
  readonly bases: readonly BuildBase[];
  /** What to fetch of other registries first, as the Dockerfile names it; `http://…` before it for one without TLS. */
  readonly pulls: readonly string[];
  readonly buildArgs?: Readonly<Record<string, string>>;
  /** The stage to build; else the last. */
  readonly target?: string;
  readonly assembleDisk: AssembleDisk;
  /** Looks, before anything is built, whether the programs are there that the disk needs; its error ends the build. */
  readonly assertDiskPossible?: (run: RootFilesystem['run']) => Promise<void>;
  /** Absolute path of a folder of the attempt's own, empty; what it makes is in there. */
  readonly dir: string;
  readonly limits: BuildLimits;
  /** Whether what is built may reach the network. */
  readonly networkAllowed: boolean;
  readonly signal: AbortSignal;
  readonly log: BuildLog;
  /** From 0 to 100. */
  readonly onProgress: (percent: number) => void;
}

/** What a build made. The files are plain ones, ours, and not yet flushed to the medium. */
export interface BuiltImage {
  /** The QCOW2 file, in the attempt's folder. */
  readonly diskPath: string;
  readonly disk: Pick<BuiltDisk, 'bootable' | 'firmware'>;
  /** The root filesystem as an OCI archive, for builds that begin with it; in the attempt's folder. */
  readonly rootFilesystemPath: string;
  /** What it began with, by digest: ours by that of the archive, others by that of the manifest. */
  readonly bases: readonly { readonly reference: string; readonly digest: string }[];
  /** `buildah 1.28.2`. */
  readonly builder: string;
}

/** Builds root filesystems from Dockerfiles, and disks of them. Every driver passes `testing/image-builder.contract.ts`. */
export abstract class ImageBuilder {
  /** @throws SandboxUnavailableError, BuildToolMissingError: the message tells an operator what to do */
  abstract assertAvailable(): Promise<void>;
  /**
   * @throws BuildFailedError for what the Dockerfile does wrong, BaseUnavailableError, SandboxLimitError, the reason of the
   *   signal, as `assertAvailable`, and what `assembleDisk`, `assertDiskPossible` and `log` fail with; then nothing of the attempt runs any more
   */
  abstract build(request: BuildRequest): Promise<BuiltImage>;
  /** Forgets the layers cached for a key. False where builds use them now: nothing is removed then. */
  abstract evict(cacheKey: string): Promise<boolean>;
  /** Removes a folder with all that an attempt left in it, whoever its files belong to. */
  abstract removeAll(dir: string): Promise<void>;
}
