import { once } from 'node:events';
import { chown, lstat, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ProgramMissingError, Sandbox, SandboxedProgramError } from '#platform/sandbox';
import { Box, LIMITS } from './box.js';

let box: Box;
beforeEach(async () => {
  box = await Box.create();
});
afterEach(() => box.remove());

describe('a program in the sandbox', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((_, response) => response.end('reached')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A server that listens on TCP has such an address.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  it('reaches no network, not even this machine', async () => {
    const script = `curl -s --max-time 5 ${url}`;
    expect(await box.print(script, {}, 'none')).toBe('reached');
    // curl's code for a connection that failed.
    await expect(box.print(script)).rejects.toMatchObject({ status: 'exit code 7' });
  });

  it('sees the system, its own folder, and no other file', async () => {
    await writeFile(join(box.dir, 'own'), 'mine');
    const secret = `${box.dir}.secret`;
    await writeFile(secret, 'ours');
    expect(
      await box.print(`cat own; cat ${secret} || echo; ls /; ls /etc; ls /proc /home /root /var 2>/dev/null; true`),
    ).toMatch(/^mine\n(bin|dev|etc|input|lib\w*|sbin|tmp|usr|work|ld\.so\.cache|\n)+$/);
    await new Sandbox('none').run(box.job(`rm ${secret}`));
  });

  it('writes to its own folder and its own /tmp only', async () => {
    const places = ['/', '/usr/', '/etc/', '/dev/', '/dev/shm/', '/input/', '/tmp/', '/work/', './'];
    const script = places.map((place) => `(echo x > ${place}written) 2>/dev/null && echo ${place};`).join(' ');
    expect(await box.print(`${script} true`)).toBe('/tmp/\n/work/\n./\n');
    expect(await readdir(box.dir)).toEqual(['written']);
  });

  it('reads a file that it is lent, and cannot change it', async () => {
    await mkdir(join(box.dir, 'closed'), { mode: 0o700 });
    const lent = join(box.dir, 'closed', 'lent');
    await writeFile(lent, 'borrowed', { mode: 0o640 });
    const own = join(box.dir, 'own');
    await mkdir(own);
    const job = { dir: own, args: ['sh', { readOnlyFile: lent }] };
    expect(await box.print('cat "$1"; (echo x > "$1") 2>/dev/null || echo " and kept"', job)).toBe(
      'borrowed and kept\n',
    );
    expect(await readFile(lent, 'utf8')).toBe('borrowed');
  });

  it('is nobody, mounts nothing, and makes no namespaces', async () => {
    const script = 'id -u; mount -t tmpfs none /work || echo powerless; unshare --user true || echo none';
    expect(await box.print(`(${script}) 2>/dev/null`)).toBe('65534\npowerless\nnone\n');
  });

  it('gets none of our environment', async () => {
    process.env.SECRET_OF_A_TEST = 'secret';
    expect((await box.print('env')).split('\n').map((line) => line.split('=')[0])).toEqual(
      expect.not.arrayContaining(['SECRET_OF_A_TEST', 'HOME', 'DATABASE_URL']),
    );
    delete process.env.SECRET_OF_A_TEST;
  });

  it('leaves files that are ours', async () => {
    await box.print('echo result > result; chmod 700 .');
    const { uid, mode } = await stat(box.dir);
    expect([uid, mode & 0o777]).toEqual([process.getuid?.(), 0o700]);
    expect((await stat(join(box.dir, 'result'))).uid).toBe(process.getuid?.());
  });

  it('changes nothing of what the links lead to that it leaves', async () => {
    const elsewhere = await Box.create();
    const theirs = join(elsewhere.dir, 'theirs');
    await writeFile(theirs, 'theirs');
    if (process.getuid?.() === 0) await chown(theirs, 65_532, 65_532);
    const before = await stat(theirs);
    await box.print(`mkdir folder; ln -s ${elsewhere.dir} link; ln -s ${theirs} folder/link`);
    expect(await readdir(box.dir)).toEqual(['folder', 'link']);
    const after = await stat(theirs);
    expect([after.uid, after.gid, after.mode]).toEqual([before.uid, before.gid, before.mode]);
    expect((await lstat(join(box.dir, 'folder/link'))).uid).toBe(process.getuid?.());
    await elsewhere.remove();
  });

  it('is held the same when an ordinary user started it', async () => {
    const ordinary = 65_533;
    if (process.getuid?.() === 0) await chown(box.dir, ordinary, ordinary);
    const script = `id -u; touch result; (echo x > /usr/x) 2>/dev/null || echo held; curl -s ${url} || echo alone`;
    const running = box.process(script, process.getuid?.() === 0 ? { user: ordinary } : {});
    expect(await text(running.stdout)).toBe('65534\nheld\nalone\n');
    expect((await stat(join(box.dir, 'result'))).uid).toBe((await stat(box.dir)).uid);
  });

  it('that fails is told by its exit code and last words, whatever it said before', async () => {
    const failure = await box
      .print('seq 100000 >&2; echo "the last words" >&2; exit 3')
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxedProgramError);
    expect(failure).toMatchObject({ status: 'exit code 3', lastWords: expect.stringMatching(/the last words$/) });
    expect((failure as SandboxedProgramError).lastWords.length).toBeLessThanOrEqual(4096);
  });

  it.each(['bubblewrap', 'none'] as const)('that is not installed is named, with SANDBOX=%s', async (mode) => {
    const job = { command: 'no-such-program', args: [], dir: box.dir, limits: LIMITS };
    await expect(new Sandbox(mode).run(job)).rejects.toEqual(new ProgramMissingError('no-such-program'));
  });
});

describe('a sandbox that cannot be had', () => {
  /** As root of namespaces of its own, or as whoever this is: no more than that is taken away. */
  const machine = ['bwrap', '--dev-bind', '/', '/', '--unshare-user', '--uid', '65533'];

  it.each([
    ['the kernel makes no namespaces', ['--disable-userns'], 'Creating new namespace failed'],
    ['bubblewrap is missing', ['--ro-bind', '/dev/null', '/usr/bin/bwrap'], 'spawn bwrap'],
  ])('is told with what it needs where %s', async (_, withheld, reason) => {
    const running = box.process('true', { within: [...machine, ...withheld, '--'] });
    const answer = await text(running.stdout);
    expect(answer).toMatch(/^SandboxUnavailableError: Programs cannot be confined here: /);
    expect(answer).toContain(reason);
    expect(answer).toContain('install the package bubblewrap');
    expect(answer).toContain('user.max_user_namespaces');
  });
});
