import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Enclosure, ProgramMissingError, SandboxedProgramError, SandboxUnavailableError } from '#platform/sandbox';
import { Cell, ENCLOSURE_LIMITS } from './cell.js';

let cell: Cell;
beforeEach(async () => {
  cell = await Cell.create();
});
afterEach(() => cell.remove());

describe('a program in the enclosure', () => {
  let server: Server;
  let url: string;
  beforeAll(async () => {
    server = createServer((_, response) => response.end('reached\n')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    // A server that listens on TCP has such an address.
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  });
  afterAll(() => server.close());

  it('is root among users of its own, and may be any of them', async () => {
    expect(
      await cell.print('id -u; touch a b; chown 7:8 b; setpriv --reuid 65535 --clear-groups id -u; stat -c %u:%g a b'),
    ).toEqual(['0', '65535', '0:0', '7:8']);
  });

  it('is nobody whom this machine knows', async () => {
    await cell.print('touch a; install -o 5 -g 6 /dev/null b');
    const [a, b] = [await stat(join(cell.dir, 'a')), await stat(join(cell.dir, 'b'))];
    expect(b.uid).toBeGreaterThan(65_535);
    expect(process.getuid?.() === 0 ? [a.uid, b.uid, b.gid] : [a.uid]).toEqual(
      process.getuid?.() === 0 ? [0x70000000, 0x70000005, 0x70000006] : [process.getuid?.()],
    );
  });

  it('sees the system, what it is given, and no other file, also as root of another root folder', async () => {
    const secret = `${cell.dir}.secret`;
    await writeFile(secret, 'ours');
    const search = `cat ${secret} /proc/1/root${secret} /etc/shadow 2>/dev/null; ls / /etc`;
    const escape = 'mkdir -p r; chroot r true 2>/dev/null; cd /; for i in 1 2 3 4 5 6 7 8 9; do cd ..; done; ls';
    const seen = await cell.print(`${search}; ${escape}`);
    await rm(secret);
    expect([...new Set(seen)].sort()).toEqual([
      '',
      '/:',
      '/etc:',
      'bin',
      'dev',
      'etc',
      'ld.so.cache',
      'lib',
      'lib64',
      'proc',
      'sbin',
      'sys',
      'tmp',
      'usr',
      'var',
      'work',
    ]);
  });

  it('cannot change the system, not even after a new mount of it', async () => {
    const script = `(echo x > /usr/x || echo kept; mount -o remount,rw,bind /usr; echo x > /usr/x || echo kept) 2>/dev/null`;
    expect(await cell.print(`${script}; umount /usr 2>/dev/null; ls /usr/bin/sh`)).toEqual([
      'kept',
      'kept',
      '/usr/bin/sh',
    ]);
    expect(await readdir('/usr')).not.toContain('x');
  });

  it('sees no process but its own, and cannot make user namespaces', async () => {
    const script = 'ls /proc | grep -c "^[0-9]*$"; unshare --user true 2>/dev/null || echo none';
    expect(await cell.print(script)).toEqual([expect.stringMatching(/^[2-6]$/), 'none']);
  });

  it('reaches no network, unless it is given ours', async () => {
    await expect(cell.print(`curl -s --max-time 5 ${url}`)).rejects.toMatchObject({ status: 'exit code 7' });
    expect(await cell.print(`curl -s --max-time 5 ${url}`, { network: 'host' })).toEqual(['reached']);
  });

  it('gets out by a translation of addresses, but not to the loopback of this machine', async () => {
    const loopback = url.replace('127.0.0.1', '10.0.2.2');
    const addresses = Object.values(networkInterfaces()).flatMap((all) => all ?? []);
    const outer = addresses.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '127.0.0.2';
    const open = createServer((_, response) => response.end('reached\n')).listen(0, '0.0.0.0');
    await once(open, 'listening');
    const { port } = open.address() as AddressInfo; // it listens on TCP
    const get = (base: string): Promise<string[]> =>
      cell.print(`curl -s --max-time 5 ${base} || echo alone`, { network: 'translated' });
    expect(await get(loopback)).toEqual(['alone']);
    expect(await get(`http://${outer}:${port}/`)).toEqual(['reached']);
    open.close();
  });

  it('reads what it is lent, writes what it is given, wherever that is, and gets its input and environment', async () => {
    const closed = await mkdtemp(join(tmpdir(), 'closed-'));
    const [lent, given] = [join(closed, 'lent'), join(closed, 'given')];
    await writeFile(lent, 'borrowed\n');
    await mkdir(given);
    await cell.enclosure.adopt(given);
    const script =
      'cat /etc/lent; cat; echo $WORD; (echo x > /etc/lent) 2>/dev/null || echo kept; echo y > /given/here';
    const mounts = [
      { from: lent, to: '/etc/lent' },
      { from: given, to: '/given', writable: true },
    ];
    const input = (async function* () {
      yield* ['first\n', 'second\n'];
    })();
    expect(await cell.print(script, { mounts, environment: { WORD: 'said' } }, input)).toEqual([
      ...['borrowed', 'first', 'second', 'said', 'kept'],
    ]);
    expect(await readdir(given)).toEqual(['here']);
    await cell.enclosure.removeAll(closed);
  });

  it('is held the same when an ordinary user started it, who can remove what it leaves', async () => {
    const script =
      `id -u; install -d -m 700 -o 3 closed; install -o 5 /dev/null closed/b; stat -c %u closed; ` +
      `(echo x > /usr/x) 2>/dev/null || echo held; curl -s ${url} || echo alone; ls /home /root 2>/dev/null || echo blind`;
    const running = await cell.processOfOrdinaryUser(script);
    expect(await text(running.stdout)).toBe('0\n3\nheld\nalone\nblind\n');
    await expect(readdir(cell.dir)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('that fails is told by its exit code and last words', async () => {
    const lines: string[] = [];
    const job = cell.job('echo out; seq 1000 >&2; echo "the last words" >&2; exit 3');
    const failure = await cell.enclosure.run(job, (line) => void lines.push(line)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxedProgramError);
    expect(failure).toMatchObject({ status: 'exit code 3', lastWords: expect.stringMatching(/\nthe last words$/) });
    expect(lines).toHaveLength(1002);
  });

  it('that is not installed is named', async () => {
    const job = { command: 'no-such-program', args: [], dir: cell.dir, limits: ENCLOSURE_LIMITS };
    await expect(cell.enclosure.run(job, () => undefined)).rejects.toEqual(new ProgramMissingError('no-such-program'));
  });
});

describe('what an enclosure leaves', () => {
  it('is removed however deep, closed or oddly named it is', async () => {
    const deep = 'd=$(printf %0200d 0); i=0; while [ $i -lt 40 ]; do mkdir $d; cd $d; i=$((i+1)); done';
    await cell.print(`touch "$(printf 'a\\nb')"; install -d -o 9 -m 0 shut; (${deep})`);
    await chmod(cell.dir, 0o700);
    await cell.remove();
    await expect(readdir(cell.dir)).rejects.toMatchObject({ code: 'ENOENT' });
  });
});

describe('an enclosure that cannot be had', () => {
  it('is told where the sandbox is switched off', async () => {
    await expect(new Enclosure('none').assertAvailable()).rejects.toEqual(
      new SandboxUnavailableError('Builds run programs of strangers, so they are refused with SANDBOX=none'),
    );
  });

  it.each([
    ['the kernel makes no user namespaces', ['--disable-userns'], 'user.max_user_namespaces'],
    ['bubblewrap is missing', ['--ro-bind', '/dev/null', '/usr/bin/bwrap'], 'install the packages bubblewrap'],
  ])('is told with what it needs where %s', async (_, withheld, remedy) => {
    const machine = ['bwrap', '--dev-bind', '/', '/', '--unshare-user', '--uid', '0', ...withheld, '--'];
    const answer = await text(cell.process('true', machine).stdout);
    expect(answer).toMatch(/^SandboxUnavailableError: Builds cannot be confined here: /);
    expect(answer).toContain(remedy);
  });

  it('is told with the line to add where an ordinary user has no users of its own', async () => {
    const running = await cell.processOfOrdinaryUser('true', 'somebody:200000:65536\n');
    expect(await text(running.stdout)).toMatch(
      /^SandboxUnavailableError: Builds cannot be confined here: add the line tester:100000:65536, .* to \/etc\/subuid\n/,
    );
  });
});
