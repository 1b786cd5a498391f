import type { ChildProcessByStdio } from 'node:child_process';
import { chmod, chown, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Enclosure, type EnclosureJob } from '#platform/sandbox';
import { startSource } from './source-process.js';

const PROGRAM = fileURLToPath(new URL('./enclosure-process.ts', import.meta.url));
const ORDINARY_USER = 65_533;

/** What every job of these tests may have, unless it says otherwise. */
export const ENCLOSURE_LIMITS = {
  cpuSeconds: 20,
  memoryBytes: 2 ** 30,
  fileBytes: 2 ** 28,
  diskBytes: 2 ** 29,
  wallMs: 30_000,
  processes: 100,
};

/** A folder with an enclosure, for jobs written as shell scripts. */
export class Cell {
  readonly enclosure = new Enclosure('bubblewrap');

  private constructor(readonly dir: string) {}

  static async create(): Promise<Cell> {
    const cell = new Cell(await mkdtemp(join(tmpdir(), 'cell-')));
    await cell.enclosure.adopt(cell.dir);
    return cell;
  }

  job(script: string, { limits, ...more }: Partial<EnclosureJob> = {}): EnclosureJob {
    const asked = { ...ENCLOSURE_LIMITS, ...limits };
    return { command: 'sh', dir: this.dir, ...more, limits: asked, args: ['-c', script, ...(more.args ?? [])] };
  }

  /** What the script prints, each line with the stream it came by unless that is standard output. */
  async print(
    script: string,
    more: Partial<EnclosureJob> = {},
    input?: AsyncIterable<Buffer | string>,
  ): Promise<string[]> {
    const lines: string[] = [];
    const take = (line: string, stream: string): unknown =>
      lines.push(stream === 'stdout' ? line : `${stream}: ${line}`);
    await this.enclosure.run(this.job(script, more), (line, stream) => void take(line, stream), input);
    return lines;
  }

  /** The same in a process of its own. */
  process(
    script: string,
    within: readonly string[] = [],
    user: string[] = [],
  ): ChildProcessByStdio<null, Readable, null> {
    return startSource(PROGRAM, [JSON.stringify(this.job(script)), ...user], within);
  }

  /** The same as an ordinary user. */
  async processOfOrdinaryUser(script: string, ranges?: string): Promise<ReturnType<Cell['process']>> {
    const { within, user } = await ordinaryUser(this.dir, ranges);
    return this.process(script, within, user);
  }

  remove(): Promise<void> {
    return this.enclosure.removeAll(this.dir);
  }
}

/**
 * What makes a process that of an ordinary user, to whom `ranges` leaves users in the words of subuid(5), and `dir` its own:
 * a command to run it within, and the number of the user to become. Whoever is one already runs it as itself.
 */
export async function ordinaryUser(
  dir: string,
  ranges = `${ORDINARY_USER}:200000:65536\n`,
): Promise<{ within: string[]; user: string[] }> {
  if (process.getuid?.() !== 0) return { within: [], user: [] };
  await chown(dir, ORDINARY_USER, ORDINARY_USER);
  await chmod(dir, 0o700);
  const file = `${dir}.ranges`;
  await writeFile(file, ranges, { mode: 0o644 });
  // newuidmap wants a name.
  const named = `(cat /etc/passwd; echo "tester:x:${ORDINARY_USER}:${ORDINARY_USER}::/:/bin/sh") > "$0.users"`;
  const binds = ['subuid', 'subgid'].map((name) => `mount --bind "$0" /etc/${name}`);
  const changed = [named, ...binds, 'mount --bind "$0.users" /etc/passwd', 'rm "$0" "$0.users"', 'exec "$@"'].join(
    ' && ',
  );
  return { within: ['unshare', '--mount', 'sh', '-c', changed, file], user: [String(ORDINARY_USER)] };
}
