import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

const COMPILER_OPTIONS = { module: 'nodenext', rootDir: '.', incremental: true, noCheck: true, types: [] };

/** A checkout with this one's scripts and dependencies, and an app of one file. */
export class Checkout {
  private constructor(readonly folder: string) {}

  static async create(): Promise<Checkout> {
    const checkout = new Checkout(await mkdtemp(join(process.env.TEST_FOLDER ?? tmpdir(), 'check out ')));
    for (const path of ['scripts', 'package.json', 'package-lock.json', '.npmrc']) {
      await cp(join(ROOT, path), checkout.path(path), { recursive: true });
    }
    await checkout.pretendInstalled();
    await checkout.write('tsconfig.json', '{}');
    await checkout.write(
      'tsconfig.build.json',
      JSON.stringify({ compilerOptions: COMPILER_OPTIONS, include: ['apps', 'libs'] }),
    );
    return checkout;
  }

  /** Links to what a build needs; never to all of node_modules, which an `npm ci` gone astray would empty. */
  private async pretendInstalled(): Promise<void> {
    await mkdir(this.path('node_modules/.bin'), { recursive: true });
    await symlink(process.execPath, this.path('node_modules/.bin/node'));
    await symlink(join(ROOT, 'node_modules/typescript'), this.path('node_modules/typescript'));
    await cp(this.path('package-lock.json'), this.path('node_modules/.package-lock.json'));
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  async write(name: string, content: string): Promise<void> {
    await mkdir(dirname(this.path(name)), { recursive: true });
    await writeFile(this.path(name), content);
  }

  /** What `npm start -- <args>` runs. */
  start(args: string[], env: NodeJS.ProcessEnv = {}): Run {
    return new Run(
      spawn(process.execPath, ['scripts/start.mjs', ...args], {
        cwd: this.folder,
        env: { ...process.env, npm_execpath: undefined, ...env },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** A command under way. */
export class Run {
  output = '';
  private readonly closed: Promise<unknown>;

  constructor(private readonly child: ChildProcess) {
    this.closed = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => (this.output += chunk.toString()));
    }
  }

  /** Waits until it has printed the text. */
  async printed(text: string): Promise<void> {
    while (!this.output.includes(text)) {
      if (!this.child.stdout) throw new Error('nothing is printed');
      await once(this.child.stdout, 'data');
    }
  }

  kill(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Waits for its end. */
  async end(): Promise<{ code: number | null; output: string }> {
    await this.closed;
    return { code: this.child.exitCode, output: this.output };
  }
}
