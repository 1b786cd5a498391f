import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { processOwner, query, spawnStranger, untilShutDown } from '../support/embedded-postgres/observe.js';
import { postmasterPid, ServerProcess } from '../support/embedded-postgres/server-process.js';
import {
  copyInstallation,
  type Identity,
  ordinaryUser,
  runsAsRoot,
  type StandAlone,
} from '../support/embedded-postgres/stand-alone.js';

const USERS: [string, Identity][] = [
  ['an ordinary user', ordinaryUser()],
  // What root does differently can only be tried as root; an ordinary user's tests cover the rest once.
  ...(runsAsRoot ? ([['root', {}]] satisfies [string, Identity][]) : []),
];

describe.each(USERS)('embedded PostgreSQL, started by %s', (_name, user) => {
  let installation: StandAlone;
  let dataDir: string;
  let running: ServerProcess[];
  let outside: string | undefined;
  let stranger: ChildProcess | undefined;
  const cluster = () => join(dataDir, 'postgres');

  beforeAll(async () => (installation = await copyInstallation(user)));
  afterAll(() => installation.remove());
  beforeEach(async () => {
    running = [];
    outside = stranger = undefined;
    dataDir = await installation.makeFolder(`data ${Math.random().toString(36).slice(2)}`);
  });
  afterEach(async () => {
    await Promise.all(running.map((server) => server.signal('SIGTERM')));
    stranger?.kill();
    if (outside !== undefined) await rm(outside, { recursive: true });
  });

  function start(directory = dataDir): ServerProcess {
    const server = new ServerProcess(installation, user, directory);
    running.push(server);
    return server;
  }

  async function startWithData(): Promise<{ server: ServerProcess; url: string }> {
    const server = start();
    const url = await server.url();
    await query(url, "CREATE TABLE kept AS SELECT 'still here' AS word");
    return { server, url };
  }

  async function expectData(url: string): Promise<void> {
    expect(await query(url, 'SELECT word FROM kept')).toEqual([{ word: 'still here' }]);
  }

  it('serves UTF-8 with checksums and the contrib extensions, on loopback only, to whom knows the password', async () => {
    const server = start();
    const url = await server.url();
    const [settings] = await query(
      url,
      `SELECT current_setting('data_checksums') AS checksums, current_setting('server_encoding') AS encoding,
              current_setting('fsync') AS fsync, current_setting('listen_addresses') AS addresses,
              lower('ÅÉ') AS lowered, (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) AS superuser`,
    );
    expect(settings).toEqual({
      checksums: 'on',
      encoding: 'UTF8',
      fsync: 'on',
      addresses: '127.0.0.1',
      lowered: 'åé',
      superuser: false,
    });
    const [, , , , socketFolder] = (await readFile(join(cluster(), 'postmaster.pid'), 'utf8')).split('\n');
    expect(socketFolder).toBe('');
    for (const name of ['pg_trgm', 'btree_gin', 'ltree', 'citext']) await query(url, `CREATE EXTENSION ${name}`);
    await expect(query(url.replace(/:[0-9a-f]{64}@/, ':guess@'), 'SELECT 1')).rejects.toThrow(/password/);
    expect((await stat(join(dataDir, 'postgres.json'))).mode & 0o777).toBe(0o600);
    expect((await stat(cluster())).mode & 0o777).toBe(0o700);
  });

  it('never runs PostgreSQL as root', async () => {
    await start().url();
    const owner = await processOwner(await postmasterPid(cluster()));
    expect(owner).not.toBe(0);
    expect(owner).toBe((await stat(cluster())).uid);
  });

  it('keeps data, password and port over a stop and a start, and leaves no lock behind', async () => {
    const { server, url } = await startWithData();
    await server.signal('SIGTERM');
    expect(await readdir(dataDir)).toEqual(['postgres', 'postgres.json']);
    expect(await readdir(cluster())).not.toContain('postmaster.pid');
    expect(await start().url()).toBe(url);
    await expectData(url);
  });

  it('shuts PostgreSQL down when the server is killed', async () => {
    const { server } = await startWithData();
    await server.signal('SIGKILL');
    await untilShutDown(cluster());
    const again = start();
    await expectData(await again.url());
    expect(again.log.join()).not.toMatch(/not properly shut down/);
  });

  it('stops a postmaster that a killed server left running, and starts its own', async () => {
    const { server } = await startWithData();
    const pid = await postmasterPid(cluster());
    // Stopped, it cannot follow the shutdown that the server's death asks of it before the next server looks.
    process.kill(pid, 'SIGSTOP');
    await server.signal('SIGKILL');
    const next = start();
    await next.logged('left running when it was killed');
    process.kill(pid, 'SIGCONT');
    await expectData(await next.url());
    expect(await postmasterPid(cluster())).not.toBe(pid);
  });

  it('recovers when server and PostgreSQL were killed together', async () => {
    const { server } = await startWithData();
    process.kill(await postmasterPid(cluster()), 'SIGKILL');
    await server.signal('SIGKILL');
    const next = start();
    await expectData(await next.url());
    expect(next.log.join()).toMatch(/not properly shut down/);
  });

  it('waits for backends that outlive a killed postmaster', async () => {
    const { server, url } = await startWithData();
    const client = new pg.Client(url);
    client.on('error', () => undefined);
    await client.connect();
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const backend = rows[0]?.pid ?? 0;
    process.kill(backend, 'SIGSTOP');
    process.kill(await postmasterPid(cluster()), 'SIGKILL');
    await server.signal('SIGKILL');
    const next = start();
    await next.logged('still in use');
    process.kill(backend, 'SIGCONT');
    await expectData(await next.url());
  });

  it('leaves a stranger alone whose process number is in a stale postmaster.pid', async () => {
    const { server } = await startWithData();
    const pidFile = join(cluster(), 'postmaster.pid');
    const content = await readFile(pidFile, 'utf8');
    process.kill(await postmasterPid(cluster()), 'SIGKILL');
    await server.signal('SIGKILL');
    stranger = await spawnStranger((await stat(cluster())).uid);
    await writeFile(pidFile, content.replace(/^\d+/, String(stranger.pid)));
    await expectData(await start().url());
    expect(stranger.exitCode ?? stranger.signalCode).toBeNull();
  });

  it('refuses a second server on the same data directory, without harm to the first', async () => {
    const { server, url } = await startWithData();
    await expect(start().url()).rejects.toThrow(new RegExp(`another server \\(process ${server.pid}\\).*DATA_DIR`));
    await expectData(url);
  });

  it('moves to another port, and stays there, when its own was taken meanwhile', async () => {
    const { server, url } = await startWithData();
    await server.signal('SIGTERM');
    const squatter = createServer().listen(Number(new URL(url).port), '127.0.0.1');
    await once(squatter, 'listening');
    const next = start();
    const moved = await next.url();
    await expectData(moved);
    expect(new URL(moved).port).not.toBe(new URL(url).port);
    await next.signal('SIGTERM');
    squatter.close();
    expect(await start().url()).toBe(moved);
  });

  it('starts over after being killed while it made the cluster, and removes the half-made one', async () => {
    const server = start();
    await server.logged('making a new PostgreSQL cluster');
    await server.signal('SIGKILL');
    await mkdir(`${cluster()}.new-0000`);
    await query(await start().url(), 'SELECT 1');
    expect((await readdir(dataDir)).filter((name) => name.startsWith('postgres'))).toEqual([
      'postgres',
      'postgres.json',
    ]);
  });

  it('sets a new password when the connection file was lost', async () => {
    const { server, url } = await startWithData();
    await server.signal('SIGTERM');
    await rm(join(dataDir, 'postgres.json'));
    const fresh = await start().url();
    expect(new URL(fresh).password).not.toBe(new URL(url).password);
    await expectData(fresh);
  });

  it('refuses to begin with an empty database when its cluster has vanished', async () => {
    const { server } = await startWithData();
    await server.signal('SIGTERM');
    await rm(cluster(), { recursive: true });
    await expect(start().url()).rejects.toThrow(/should be at .*postgres, but is not there/);
  });

  it('keeps serving while the server drains after a Ctrl-C', async () => {
    const { server, url } = await startWithData();
    const client = new pg.Client(url);
    await client.connect();
    server.interruptGroup();
    await server.logged('SIGINT');
    expect((await client.query('SELECT word FROM kept')).rowCount).toBe(1);
    await client.end();
  });

  it('works where its system user may not go, without opening that place to anyone', async () => {
    const closed = await installation.makeFolder(`closed ${Math.random().toString(36).slice(2)}`);
    const closedMode = 0o700;
    await chmod(closed, closedMode);
    dataDir = join(closed, 'data');
    const { server } = await startWithData();
    await server.signal('SIGTERM');
    await expectData(await start().url());
    expect((await stat(closed)).mode & 0o777).toBe(closedMode);
    const { cluster: place } = JSON.parse(await readFile(join(dataDir, 'postgres.json'), 'utf8')) as {
      cluster: string;
    };
    const isRoot = runsAsRoot && user.uid === undefined;
    if (isRoot) outside = dirname(place);
    expect(place).toMatch(isRoot ? /^\/var\/lib\/diskyard\/clusters\/data-[0-9a-f]{12}\/postgres$/ : /^postgres$/);
  });
});
