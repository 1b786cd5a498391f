import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NativeClient } from './native-client.js';

const ROOT = join(import.meta.dirname, '../..');

/** Where `npm start` and `npm run worker` find what `npm test` has built, too. */
const programOf = (app: 'api' | 'worker'): string[] => [
  '--enable-source-maps',
  join(ROOT, `dist/apps/${app}/src/main.js`),
];

/** How a process ended: its exit code, or the signal that ended it. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export type Environment = Readonly<Record<string, string>>;

/** A new data directory, with a space in its name, that PostgreSQL's own user may enter too. */
export async function makeDataDir(): Promise<string> {
  const folder = await mkdtemp(join(process.env.TEST_FOLDER ?? tmpdir(), 'data dir '));
  await chmod(folder, 0o755);
  return folder;
}

/** Whether the PostgreSQL of a data directory shut down in good order: the last thing it does is to remove its pid file. */
export async function isPostgresStopped(dataDir: string): Promise<boolean> {
  await access(join(dataDir, 'postgres/PG_VERSION'));
  return access(join(dataDir, 'postgres/postmaster.pid')).then(
    () => false,
    () => true,
  );
}

/** The whole server, or a worker, in a process of its own, which a test may kill. */
export class ApiProcess {
  private static readonly running = new Set<ApiProcess>();

  /** What it said on standard output: the greeting. */
  output = '';
  /** What it said on standard error: the log. */
  log = '';
  readonly ended: Promise<Ending>;
  private readonly child: ChildProcess;

  private constructor(dataDir: string, env: Environment, args: readonly string[], within: readonly string[]) {
    const [command = '', ...line] = [...within, process.execPath, ...args];
    this.child = spawn(command, line, {
      cwd: dataDir, // where no .env is
      env: { PATH: process.env.PATH, PORT: '0', MIN_FREE_BYTES: '0', DATA_DIR: dataDir, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.output += text));
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.log += text));
    this.ended = once(this.child, 'close').then(([code, signal]) => {
      ApiProcess.running.delete(this);
      return { code: code as Ending['code'], signal: signal as Ending['signal'] };
    });
    ApiProcess.running.add(this);
  }

  /**
   * Starts one on a data directory, on a free port and with nothing of the tests' own environment; `within` what a command
   * makes of the machine.
   */
  static start(
    dataDir: string,
    env: Environment = {},
    args: readonly string[] = [],
    within: readonly string[] = [],
  ): ApiProcess {
    return new ApiProcess(dataDir, env, [...programOf('api'), ...args], within);
  }

  /** As `start`, a worker process. */
  static startWorker(dataDir: string, env: Environment): ApiProcess {
    return new ApiProcess(dataDir, env, programOf('worker'), []);
  }

  /** Kills what a test left running, and waits for its end. */
  static async killAll(): Promise<void> {
    for (const server of ApiProcess.running) await server.kill('SIGKILL');
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the server process was not started');
    return this.child.pid;
  }

  /** Waits until it listens, and gives its URL. Fails with its log where it ends before that. */
  url(): Promise<string> {
    return this.printed(/^Diskyard listens on (\S+)\n/);
  }

  /** Waits until a worker takes operations. */
  async works(): Promise<this> {
    await this.printed(/^Diskyard works on (operations)\n/);
    return this;
  }

  /** The token that the first start prints. */
  get printedToken(): string | undefined {
    return /shown only this once: +(\S+)\n/.exec(this.output)?.[1];
  }

  /** Waits until it listens; a client with the token. */
  async client(token: string | undefined = this.printedToken): Promise<NativeClient> {
    return new NativeClient(await this.url(), token ?? this.printedToken);
  }

  /** Sends a signal, and waits for the end. */
  kill(signal: NodeJS.Signals): Promise<Ending> {
    this.child.kill(signal);
    return this.ended;
  }

  private async printed(line: RegExp): Promise<string> {
    for (;;) {
      const found = line.exec(this.output)?.[1];
      if (found !== undefined) return found;
      if (this.child.stdout?.closed !== false) throw new Error(`the server did not start: ${this.log}`);
      await Promise.race([once(this.child.stdout, 'data'), this.ended]);
    }
  }
}
