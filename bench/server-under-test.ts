import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { type Program, startProgram } from './program.js';

const MAIN = join(import.meta.dirname, '../dist/apps/api/src/main.js');
const BARE = join(import.meta.dirname, 'bare-server.ts');

/** Diskyard as `npm start` runs it: default settings, its own durable PostgreSQL, logs into a file. */
export interface ServerUnderTest extends Program {
  /** The admin's, with every scope. */
  readonly token: string;
  readonly authorization: { readonly Authorization: string };
  /** What another process on the same data is told. */
  readonly place: Settings;
  /** A connection to its PostgreSQL; to be ended by whoever asked for it. */
  connect(): Promise<pg.Client>;
}

export type Settings = Readonly<Record<string, string>>;

/** Starts one with an empty data directory below `folder`; `settings` stand over the defaults. */
export async function startServer(folder: string, name: string, settings: Settings): Promise<ServerUnderTest> {
  const dataDir = join(folder, name);
  mkdirSync(dataDir);
  const env = { PATH: process.env.PATH, DATA_DIR: dataDir, PORT: '0', ...settings };
  const program = await startProgram(MAIN, [], env, join(folder, `${name}.log`));
  const token = await firstMatch(program, /shown only this once:\s+(\S+)/);
  const connect = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: databaseUrl(dataDir) });
    await client.connect();
    return client;
  };
  const place = { DATA_DIR: dataDir, DATABASE_URL: databaseUrl(dataDir) };
  return { ...program, token, authorization: { Authorization: `Bearer ${token}` }, place, connect };
}

export function startBare(folder: string): Promise<Program> {
  return startProgram(BARE, [folder], { PATH: process.env.PATH }, join(folder, 'bare.log'));
}

/** The greeting's lines arrive together, but not in one event. */
async function firstMatch({ output }: Program, pattern: RegExp): Promise<string> {
  for (;;) {
    const found = pattern.exec(output.join('\n'))?.[1];
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** See docs/running.md for the file. */
function databaseUrl(dataDir: string): string {
  const { port, password } = JSON.parse(readFileSync(join(dataDir, 'postgres.json'), 'utf8')) as Record<string, string>;
  return `postgres://diskyard:${password}@127.0.0.1:${port}/diskyard`;
}
