import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, readlink, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BuildContexts, type ContextLimits } from '#platform/build-context';
import { Decompressor } from '#platform/decompression';
import { Sandbox } from '#platform/sandbox';

const MIB = 2 ** 20;

/** What contexts of these tests may be, unless one says otherwise. */
export const LIMITS: ContextLimits = {
  maxEntries: 10_000,
  maxBytes: 256 * MIB,
  maxEntryBytes: 128 * MIB,
  maxRatio: 200,
};

const contexts = new BuildContexts(new Decompressor(new Sandbox('bubblewrap')));

/** What came of an archive that was not taken: how much was given of it, and the error in place of the end. */
export interface Outcome {
  readonly givenBytes: number;
  readonly name: string;
  readonly message: string;
}

/** A folder for archives, and for what comes of them. */
export class ContextBox {
  private constructor(readonly dir: string) {}

  static async create(): Promise<ContextBox> {
    return new ContextBox(await mkdtemp(join(tmpdir(), 'context-')));
  }

  /** Everything of a context that is taken. */
  async clean(archive: Buffer, limits: Partial<ContextLimits> = {}): Promise<Buffer> {
    const context = await this.open(archive, limits);
    return Buffer.concat(await collect(context.tar()));
  }

  async open(archive: Buffer, limits: Partial<ContextLimits> = {}): ReturnType<BuildContexts['open']> {
    const path = join(this.dir, 'archive');
    await writeFile(path, archive);
    return contexts.open(path, { ...LIMITS, ...limits });
  }

  /** Fails where the archive is taken. */
  async refused(archive: Buffer, limits: Partial<ContextLimits> = {}): Promise<Outcome> {
    let givenBytes = 0;
    try {
      for await (const piece of (await this.open(archive, limits)).tar()) givenBytes += piece.length;
    } catch (error) {
      const { name, message } = error as Error; // nothing else is thrown
      return { givenBytes, name, message };
    }
    throw new Error('The archive was taken');
  }

  /** Unpacks with `tar` into a folder two levels deep, and lists what is then in the one above. */
  async unpack(tar: Buffer): Promise<Record<string, string>> {
    const outer = join(this.dir, 'unpacked');
    await mkdir(join(outer, 'context'), { recursive: true });
    try {
      execFileSync('tar', ['-x', '-p', '-C', join(outer, 'context')], {
        input: tar,
        stdio: ['pipe', 'ignore', 'pipe'],
      });
      return await listing(outer);
    } finally {
      await rm(outer, { recursive: true, force: true });
    }
  }

  async remove(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true });
  }
}

async function collect(pieces: AsyncIterable<Buffer>): Promise<Buffer[]> {
  const all: Buffer[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

/** Each path below a folder, with its mode and content; links with where they lead. */
async function listing(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(folder.length + 1);
    if (entry.isSymbolicLink()) found[name] = `-> ${await readlink(path)}`;
    else {
      const mode = ((await stat(path)).mode & 0o7777).toString(8);
      found[name] = entry.isDirectory() ? `${mode}/` : `${mode} ${(await readFile(path)).toString()}`;
    }
  }
  return found;
}
