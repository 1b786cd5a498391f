import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import type { RootFilesystem } from '#platform/image-builder';
import { SandboxedProgramError } from '#platform/sandbox';

const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * A tree in a folder of its own, for disks to be made of: programs see `/usr`, `/work` and the tree, and nothing else of this
 * machine. Who starts the tests owns the files.
 */
export class TreeRoot implements RootFilesystem {
  /** How many programs were started. */
  runs = 0;
  /** Files of `/usr` that programs do not find, as where a package is not installed. */
  hidden: readonly string[] = [];
  /** A folder with programs that are taken before those of `/usr`. */
  tools: string | undefined;

  private constructor(private readonly folder: string) {}

  static async create(): Promise<TreeRoot> {
    const root = new TreeRoot(await mkdtemp(join(tmpdir(), 'tree-')));
    await mkdir(root.tree, { mode: 0o755 });
    await mkdir(root.dir);
    return root;
  }

  get tree(): string {
    return join(this.folder, 'tree');
  }

  get dir(): string {
    return join(this.folder, 'work');
  }

  async run(command: string, args: readonly string[], { stdin = '' }: { stdin?: string } = {}): Promise<string> {
    this.runs++;
    const child = spawn('bwrap', [...this.view(), command, ...args], {
      env: { PATH: `/tools:${PATH}` },
      stdio: 'pipe',
    });
    // A program may end before it has read its input.
    child.stdin.on('error', () => undefined).end(stdin);
    const [stdout, stderr, [code]] = await Promise.all([
      text(child.stdout),
      text(child.stderr),
      // An exit code, or null after a signal.
      once(child, 'close') as Promise<[number | null]>,
    ]);
    if (code !== 0) throw new SandboxedProgramError(command, `exit code ${code}`, stderr.trim());
    return stdout;
  }

  private view(): string[] {
    const links = ['bin', 'sbin', 'lib', 'lib64'].flatMap((name) => ['--symlink', `usr/${name}`, `/${name}`]);
    return [
      ...['--unshare-net', '--unshare-pid', '--die-with-parent', '--ro-bind', '/usr', '/usr', ...links],
      ...(this.tools === undefined ? [] : ['--ro-bind', this.tools, '/tools']),
      ...this.hidden.flatMap((path) => ['--ro-bind', '/dev/null', path]),
      ...['--dev', '/dev', '--proc', '/proc', '--tmpfs', '/tmp', '--bind', this.dir, '/work'],
      ...['--bind', this.tree, '/tree', '--chdir', '/tree', '--'],
    ];
  }

  async remove(): Promise<void> {
    // Unlike Node's own, it gets to paths that are longer than a path may be.
    await promisify(execFile)('rm', ['-rf', this.folder]);
  }
}
