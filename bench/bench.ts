import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, isAbsolute, join } from 'node:path';
import type { Program } from './program.js';
import { type ServerUnderTest, type Settings, startBare, startServer } from './server-under-test.js';

/** On the disk of the checkout: a temporary folder in memory would make every disk look fast. */
const SCRATCH = join(import.meta.dirname, '../.bootstrap');

/** One run of the benchmarks: the programs it measures, which are started when first asked for, and their folder. */
export class Bench {
  readonly quick: boolean;
  readonly folder: string;
  private readonly programs = new Map<string, Promise<Program>>();

  constructor(quick: boolean) {
    this.quick = quick;
    mkdirSync(SCRATCH, { recursive: true });
    this.folder = mkdtempSync(join(SCRATCH, 'bench-'));
  }

  /** Diskyard; each name is a server with a data directory of its own. `settings` count when it is first asked for. */
  async server(name = 'server', settings: Settings = {}): Promise<ServerUnderTest> {
    return this.once(name, () => startServer(this.folder, name, settings));
  }

  async bare(): Promise<Program> {
    return this.once('bare', () => startBare(this.folder));
  }

  /** Tells whoever watches what goes on. */
  progress(text: string): void {
    process.stderr.write(`${new Date().toISOString().slice(11, 19)} ${text}\n`);
  }

  /** Stops one server and forgets its data. */
  async discard(name: string): Promise<void> {
    const program = await this.programs.get(name);
    this.programs.delete(name);
    await program?.stop();
    removeData(join(this.folder, name));
  }

  async close(): Promise<void> {
    for (const name of this.programs.keys()) await this.discard(name);
    rmSync(this.folder, { recursive: true, force: true });
  }

  private once<T extends Program>(name: string, start: () => Promise<T>): Promise<T> {
    const known = this.programs.get(name) ?? start();
    this.programs.set(name, known);
    return known as Promise<T>; // a name stands for one kind of program
  }
}

/** As root, where PostgreSQL's user could not get in, the cluster is in a folder of its own elsewhere. */
function removeData(dataDir: string): void {
  const record = join(dataDir, 'postgres.json');
  if (existsSync(record)) {
    const { cluster } = JSON.parse(readFileSync(record, 'utf8')) as { cluster?: string };
    if (cluster !== undefined && isAbsolute(cluster)) rmSync(dirname(cluster), { recursive: true, force: true });
  }
  rmSync(dataDir, { recursive: true, force: true });
}
