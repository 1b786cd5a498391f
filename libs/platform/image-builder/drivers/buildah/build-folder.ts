import { chmod, lchown, lstat, mkdir, rename, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Enclosure, EnclosureMount } from '#platform/sandbox';
import { BuildFailedError } from '../../image-builder.errors.js';

/**
 * The folder of an attempt:
 *
 *     input/      what we give; programs see it as /input, read-only
 *       etc/        what they find in /etc
 *     work/       theirs; programs see it as /work
 *       tmp/        for large things
 *       context/
 *
 * Results are moved out of `work`, when nothing runs any more.
 */
export class BuildFolder {
  readonly work: string;

  private constructor(private readonly dir: string) {
    this.work = join(dir, 'work');
  }

  /** @throws SandboxUnavailableError */
  static async create(dir: string, enclosure: Enclosure): Promise<BuildFolder> {
    const folder = new BuildFolder(dir);
    for (const path of ['.', 'etc']) await makeOpen(folder.input(path));
    for (const path of ['', 'tmp', 'context']) {
      await makeOpen(join(folder.work, path));
      await enclosure.adopt(join(folder.work, path));
    }
    return folder;
  }

  /** Our path of something that programs see below `/input`. */
  input(name: string): string {
    return join(this.dir, 'input', name);
  }

  async write(name: string, text: string): Promise<void> {
    await writeFile(this.input(name), text);
    await chmod(this.input(name), 0o644);
  }

  /** What programs see besides `/work`, each of the names below `etc` in its place. */
  mounts(etc: readonly string[]): EnclosureMount[] {
    const files = etc.map((name) => ({ from: this.input(`etc/${basename(name)}`), to: `/etc/${name}` }));
    return [{ from: this.input('.'), to: '/input' }, ...files];
  }

  /**
   * Makes a result ours, and nothing that merely leads to a file: whoever left it may not be our friend.
   * @returns its new path
   */
  async take(path: string, name: string): Promise<string> {
    const stats = await lstat(path);
    if (dirname(path) !== this.work || !stats.isFile() || stats.nlink !== 1)
      throw new BuildFailedError('the result is not a plain file');
    const taken = join(this.dir, name);
    await rename(path, taken);
    await lchown(taken, process.getuid?.() ?? stats.uid, process.getgid?.() ?? stats.gid);
    return taken;
  }
}

/** A folder that others may look into, whatever our umask is: programs are others. */
async function makeOpen(path: string): Promise<void> {
  await mkdir(path);
  await chmod(path, 0o755);
}
