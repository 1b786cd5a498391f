import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Enclosure,
  type EnclosureLimits,
  type EnclosureMount,
  type EnclosureNetwork,
  ProgramMissingError,
  SandboxLimitError,
} from '#platform/sandbox';
import { BuildToolMissingError } from '../../image-builder.errors.js';
import type { BuildFolder } from './build-folder.js';
import { ETC_FILES } from './configuration.js';

const MAX_CAPTURED_BYTES = 2 ** 20;
/** Programs and the Debian packages that have them. */
const PACKAGES: Readonly<Record<string, string>> = { buildah: 'buildah', slirp4netns: 'slirp4netns', tar: 'tar' };
/** Where layers are below the storage, by driver. */
const LAYER_FOLDERS = ['overlay', 'vfs/dir'];

/** Becomes the program. */
const WITH_TOOLS = 'PATH=/tools:$PATH; exec "$0" "$@"';

/** What holds for all programs of an attempt. */
export interface AttemptOptions {
  readonly limits: EnclosureLimits;
  readonly signal: AbortSignal;
  /** Absolute path of a folder with programs that disks are made with before those of the system; it need not exist. */
  readonly toolsDir?: string;
}

export interface RunOptions {
  /** Besides those that all programs of an attempt have. */
  readonly mounts?: readonly EnclosureMount[];
  readonly network?: EnclosureNetwork;
  readonly input?: AsyncIterable<Buffer | string>;
  readonly onLine?: (line: string, stream: 'stdout' | 'stderr') => void | Promise<void>;
}

/** Runs the programs of one attempt, and holds all of them to its limits. */
export class Attempt {
  private readonly endsAtMs: number;

  private constructor(
    private readonly enclosure: Enclosure,
    readonly folder: BuildFolder,
    private readonly storage: string,
    private readonly asked: AttemptOptions,
    private readonly layersBefore: ReadonlySet<string>,
  ) {
    this.endsAtMs = performance.now() + asked.limits.wallMs;
  }

  static async begin(
    enclosure: Enclosure,
    folder: BuildFolder,
    storage: string,
    asked: AttemptOptions,
  ): Promise<Attempt> {
    return new Attempt(enclosure, folder, storage, asked, new Set(await layersIn(storage)));
  }

  /** The same, ended by another signal. */
  under(signal: AbortSignal): Attempt {
    return new Attempt(
      this.enclosure,
      this.folder,
      this.storage,
      { ...this.asked, limits: this.left(), signal },
      this.layersBefore,
    );
  }

  /** @throws as `Enclosure.run`, BuildToolMissingError */
  async run(command: string, args: readonly string[], options: RunOptions = {}): Promise<void> {
    const job = {
      command,
      args,
      dir: this.folder.work,
      mounts: [
        ...this.folder.mounts(ETC_FILES),
        ...(options.mounts ?? []),
        { from: this.storage, to: '/storage', writable: true },
      ],
      network: options.network ?? 'none',
      limits: this.left(),
      diskFolders: () => this.diskFolders(),
      signal: this.asked.signal,
    };
    try {
      await this.enclosure.run(job, options.onLine ?? (() => undefined), options.input);
    } catch (error) {
      throw missing(error);
    }
  }

  /** What a program prints. @throws as `run`; SandboxLimitError beyond 1 MiB */
  async capture(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
    const lines: string[] = [];
    let bytes = 0;
    const onLine: RunOptions['onLine'] = (line, stream) => {
      if (stream === 'stderr') return options.onLine?.(line, stream);
      bytes += line.length + 1;
      if (bytes > MAX_CAPTURED_BYTES) throw new SandboxLimitError(command, 'output');
      lines.push(line);
    };
    await this.run(command, args, { ...options, onLine });
    return lines.length > 0 ? `${lines.join('\n')}\n` : '';
  }

  /** As `capture`, for what makes disks: it finds programs of `toolsDir` first, which nothing else is shown. */
  captureTool(command: string, args: readonly string[], options: Pick<RunOptions, 'input'> = {}): Promise<string> {
    const { toolsDir } = this.asked;
    const mounts = toolsDir !== undefined && existsSync(toolsDir) ? [{ from: toolsDir, to: '/tools' }] : [];
    return this.capture('sh', ['-c', WITH_TOOLS, command, ...args], { ...options, mounts });
  }

  /** The time that is left, so that the whole build keeps to it. */
  private left(): EnclosureLimits {
    return { ...this.asked.limits, wallMs: Math.max(1, this.endsAtMs - performance.now()) };
  }

  /** Layers that came since the attempt began are taken for its own. */
  private async diskFolders(): Promise<string[]> {
    const layers = await layersIn(this.storage);
    return [
      '/work',
      ...layers.filter((layer) => !this.layersBefore.has(layer)).map((layer) => join('/storage', layer)),
    ];
  }
}

/** The layers of a storage, by their paths in it. */
async function layersIn(storage: string): Promise<string[]> {
  const lists = await Promise.all(
    LAYER_FOLDERS.map(async (folder) => {
      const names = await readdir(join(storage, folder)).catch(() => []); // nothing there yet
      return names.map((name) => join(folder, name));
    }),
  );
  return lists.flat();
}

function missing(error: unknown): unknown {
  if (!(error instanceof ProgramMissingError)) return error;
  return new BuildToolMissingError(error.command, PACKAGES[error.command] ?? 'of that name');
}
