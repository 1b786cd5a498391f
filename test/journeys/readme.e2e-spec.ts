import { execFile } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { startTestApi, type TestApi } from '../support/api.js';

const ROOT = join(import.meta.dirname, '../..');
const SAMPLE = join(ROOT, 'examples/tiny.qcow2');

/** The commands that the README shows, before and after the reader has become another user. */
async function readmeCommands(): Promise<[asAdmin: string, asAlice: string]> {
  const blocks = [...(await readFile(join(ROOT, 'README.md'), 'utf8')).matchAll(/```sh\n(.*?)```/gs)];
  const [, commands = ''] = blocks.find(([, block]) => block?.startsWith('export TOKEN=')) ?? [];
  const [, asAdmin = '', asAlice = '', ...more] = commands.split(/^export TOKEN=.*$/m);
  expect(more).toEqual([]);
  return [asAdmin, asAlice];
}

describe('the README', () => {
  let api: TestApi;
  let folder: string;
  beforeAll(async () => {
    api = await startTestApi();
    folder = await mkdtemp(join(tmpdir(), 'diskyard-readme-'));
    await copyFile(SAMPLE, join(folder, 'disk.qcow2'));
  });
  afterAll(async () => {
    await api.close();
    await rm(folder, { recursive: true, force: true });
  });

  /** As pasted into a terminal; any command that fails fails the whole. */
  async function paste(commands: string, token: string | undefined): Promise<string> {
    const strict = 'set -e\ncurl() { command curl -sS --fail-with-body "$@"; }\n';
    const script = strict + commands.replaceAll('http://127.0.0.1:8080', api.url);
    const env = { PATH: process.env.PATH, TOKEN: token };
    return (await promisify(execFile)('bash', ['-c', script], { cwd: folder, env, encoding: 'utf8' })).stdout;
  }

  it('shows commands that work as they stand: push, find, pull, share, delete', async () => {
    const [asAdmin, asAlice] = await readmeCommands();
    const issued = /"token":"(dyt_\w+)"/.exec(await paste(asAdmin, api.admin.token));
    const told = await paste(asAlice, issued?.[1]);
    expect(told).toContain('"reference":"alice/team/ubuntu:24.04"');
    expect(told).toContain('"username":"bob"');
    expect(await readFile(join(folder, 'copy.qcow2'))).toEqual(await readFile(SAMPLE));
    expect((await api.admin.get('/images?owner=alice')).body).toEqual([]);
  });
});
