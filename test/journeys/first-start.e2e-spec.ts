import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ApiProcess, isPostgresStopped, makeDataDir } from '../support/api-process.js';
import { expectStatus } from '../support/builders.js';

const SAMPLE = join(import.meta.dirname, '../../examples/tiny.qcow2');
const OPERATORS_TOKEN = 'an-operators-own-token-0123456789';
const NEXT_TOKEN = 'the-token-that-comes-after-it-987';

let folder: string;
beforeEach(async () => {
  folder = await makeDataDir();
});
afterEach(async () => {
  await ApiProcess.killAll();
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

/** Runs a line as somebody does who pastes it into a terminal. */
async function paste(line: string): Promise<string> {
  const { stdout } = await promisify(execFile)('bash', ['-c', line], { cwd: folder, encoding: 'utf8' });
  return stdout;
}

function curlLines({ output }: ApiProcess): [push: string, list: string, pull: string] {
  const [push = '', list = '', pull = '', ...more] = output.split('\n').filter((line) => line.startsWith('  curl '));
  expect(more).toEqual([]);
  return [push, list, pull];
}

async function takenPort(): Promise<{ port: number; free: () => void }> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { port: (server.address() as AddressInfo).port, free: () => server.close() };
}

describe('the first start', () => {
  it('prints where it listens, a token, and three lines that push, list and pull when pasted', async () => {
    const server = ApiProcess.start(folder);
    const url = await server.url();
    expect(server.printedToken).toMatch(/^dyt_/);
    const [push, list, pull] = curlLines(server);

    const pushed = JSON.parse(await paste(`${push} -s -w '%{stderr}%{http_code}'`)) as { id: number };
    expect(pushed).toMatchObject({ name: 'tiny', reference: 'admin/tiny:latest', status: 'available' });
    expect(pushed).toMatchObject({ url: `${url}/images/${pushed.id}` });
    expect(JSON.parse(await paste(list))).toEqual([pushed]);
    await paste(pull);
    expect(await readFile(join(folder, 'tiny.qcow2'))).toEqual(await readFile(SAMPLE));
  });

  it('answers 201 to the pasted push, and 400 to the same line pasted again', async () => {
    const server = ApiProcess.start(folder);
    await server.url();
    const [push] = curlLines(server);
    const status = `${push} -s -o /dev/null -w '%{http_code}'`;
    expect([await paste(status), await paste(status)]).toEqual(['201', '400']);
  });

  it('is the only one that prints a token, and its token goes on working', async () => {
    const first = ApiProcess.start(folder);
    await first.url();
    const token = first.printedToken;
    await first.kill('SIGTERM');

    const second = ApiProcess.start(folder);
    const url = await second.url();
    expect(second.output).toBe(`Diskyard listens on ${url}\n`);
    expect(expectStatus(await (await second.client(token)).get('/user'), 200).body).toMatchObject({
      username: 'admin',
      role: 'admin',
    });
    expect(first.log + second.log).not.toContain(token);
  });

  it('takes the operator’s token instead and prints no secret; the pasted lines read it from the environment', async () => {
    const server = ApiProcess.start(folder, { ADMIN_TOKEN: OPERATORS_TOKEN });
    const url = await server.url();
    expect(server.output + server.log).not.toMatch(/dyt_|an-operators-own-token/);
    const [push] = curlLines(server);
    expect(await paste(`export ADMIN_TOKEN=${OPERATORS_TOKEN}\n${push} -s -o /dev/null -w '%{http_code}'`)).toBe('201');
    expect((await (await server.client(OPERATORS_TOKEN)).get('/images')).body).toMatchObject([
      { url: `${url}/images/1` },
    ]);
  });
});

describe('a changed ADMIN_TOKEN', () => {
  it('works at once, and ends the one before it', async () => {
    const before = ApiProcess.start(folder, { ADMIN_TOKEN: OPERATORS_TOKEN });
    expect((await (await before.client(OPERATORS_TOKEN)).get('/user')).status).toBe(200);
    await before.kill('SIGTERM');

    const after = ApiProcess.start(folder, { ADMIN_TOKEN: NEXT_TOKEN });
    expect((await (await after.client(NEXT_TOKEN)).get('/user')).status).toBe(200);
    expect((await (await after.client(OPERATORS_TOKEN)).get('/user')).status).toBe(401);
    expect(after.output).toBe(`Diskyard listens on ${await after.url()}\n`);
  });
});

describe('a start that cannot succeed', () => {
  it('names every setting that cannot be used at once, makes nothing, and exits with 1', async () => {
    const server = ApiProcess.start(folder, {
      PORT: '99999',
      MAX_IMAGE_BYTES: 'lots',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://x',
      ADMIN_TOKEN: 'short',
    });
    expect(await server.ended).toEqual({ code: 1, signal: null });
    const [headline, ...problems] = server.log.trimEnd().split('\n');
    expect(headline).toBe('The environment cannot be used:');
    expect(problems.map((line) => line.trim().split(':')[0]).sort()).toEqual([
      'ADMIN_TOKEN',
      'DATABASE_URL',
      'LOG_LEVEL',
      'MAX_IMAGE_BYTES',
      'PORT',
    ]);
    expect(server.output).toBe('');
    expect(await readdir(folder)).toEqual([]);
  });

  it('on a port that is taken says so, stops PostgreSQL and exits with 1', async () => {
    const { port, free } = await takenPort();
    const server = ApiProcess.start(folder, { PORT: String(port) });
    expect(await server.ended).toEqual({ code: 1, signal: null });
    free();
    expect(server.log).toContain(
      `could not start: Error: listen EADDRINUSE: address already in use 127.0.0.1:${port}\n`,
    );
    expect(server.output).toBe('');
    expect(await isPostgresStopped(folder)).toBe(true);
  });

  it('on a data directory in use says who uses it, exits with 1 and leaves the other alone', async () => {
    const first = ApiProcess.start(folder);
    const client = await first.client();
    const second = ApiProcess.start(folder);
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.log).toBe(
      `another server (process ${first.pid}) is already running on the data directory ${folder}; ` +
        'stop it first, or give this one a DATA_DIR of its own\n',
    );
    expect((await client.get('/health/ready')).status).toBe(200);
  });
});

describe('--help', () => {
  it('lists every setting, and starts nothing', async () => {
    const server = ApiProcess.start(folder, {}, ['--help']);
    expect(await server.ended).toEqual({ code: 0, signal: null });
    const documented = [
      ...(await readFile(join(import.meta.dirname, '../../.env.example'), 'utf8')).matchAll(/^#(\w+)=/gm),
    ];
    expect(documented.length).toBeGreaterThan(10);
    for (const [, name] of documented) expect(server.output).toMatch(new RegExp(`^  ${name ?? ''}\\b`, 'm'));
    expect(await readdir(folder)).toEqual([]);
  });
});
