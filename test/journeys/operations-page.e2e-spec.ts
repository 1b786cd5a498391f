import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '../support/api.js';
import { expectStatus } from '../support/builders.js';
import { startDownload } from '../support/downloads.js';
import { eventually } from '../support/eventually.js';
import { NOWHERE } from '../support/operation-body.js';
import { print } from '../support/operation-log.js';

const PAGE = join(import.meta.dirname, '../../docs/operations.md');

describe('the page on operations', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('shows commands that follow a log to its end, through broken connections', async () => {
    const [, commands = ''] = /```bash\n(.*?)```/s.exec(await readFile(PAGE, 'utf8')) ?? [];
    const { id } = await startDownload(api.admin, NOWHERE);
    const script = `${commands.replaceAll('http://127.0.0.1:8080', api.url)}\nfollow ${id}\n`;
    const env = { PATH: process.env.PATH, TOKEN: api.admin.token };
    const shell = spawn('bash', ['-c', script], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let [told, problems] = ['', ''];
    shell.stdout.setEncoding('utf8').on('data', (text: string) => (told += text));
    shell.stderr.setEncoding('utf8').on('data', (text: string) => (problems += text));
    const ended = once(shell, 'close');

    await print(api, id, 'one', '  two: %s \\n "quoted"');
    await eventually(() => expect(told).toContain('two'));
    (api.app.getHttpServer() as Server).closeAllConnections(); // Nest says `any`
    await print(api, id, 'three');
    await eventually(() => expect(told).toContain('three'));
    expectStatus(await api.admin.post(`/operations/${id}/cancel`), 202);
    expect(await ended).toEqual([0, null]);
    expect(told).toBe('one\n  two: %s \\n "quoted"\nthree\n"status":"cancelled"\n');
    expect(problems).toBe('');
  });
});
