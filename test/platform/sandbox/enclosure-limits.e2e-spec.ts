import { once } from 'node:events';
import { readdir } from 'node:fs/promises';
import { SandboxedProgramError, SandboxLimitError } from '#platform/sandbox';
import { eventually } from '../../support/eventually.js';
import { countRunning } from './box.js';
import { Cell, ENCLOSURE_LIMITS } from './cell.js';

let cell: Cell;
beforeEach(async () => {
  cell = await Cell.create();
});
afterEach(() => cell.remove());

const run = (script: string, limits: Partial<typeof ENCLOSURE_LIMITS> = {}): Promise<string[]> =>
  cell.print(script, { limits: { ...ENCLOSURE_LIMITS, ...limits } });

/** A command that nothing else on this machine runs. */
const lastingSleep = (seconds: number): string => `sleep ${seconds}.${process.pid}`;

describe('a program in the enclosure is ended', () => {
  it('when one process uses more CPU than it may', async () => {
    await expect(run('while :; do :; done', { cpuSeconds: 1 })).rejects.toEqual(new SandboxLimitError('sh', 'cpu'));
  });

  it('when several processes use more CPU than they may, none of which does alone', async () => {
    // Alone each of them would be at its limit only long after they are together, however late somebody looks.
    const script = 'for i in 1 2 3 4 5 6 7 8; do sh -c "while :; do :; done" & done; wait';
    await expect(run(script, { cpuSeconds: 4 })).rejects.toEqual(new SandboxLimitError('sh', 'cpu'));
  });

  it('when several processes use more memory than they may, none of which does alone', async () => {
    const hog = `perl -e '$x = "x" x 60000000; sleep 60'`;
    const ended = run(`${hog} & ${hog} & ${hog} & wait`, { memoryBytes: 150 * 2 ** 20 });
    await expect(ended).rejects.toEqual(new SandboxLimitError('sh', 'memory'));
  });

  it('by itself when one process wants more memory than it may have', async () => {
    await expect(run('exec tail /dev/zero', { memoryBytes: 2 ** 27 })).rejects.toMatchObject({
      lastWords: expect.stringContaining('memory exhausted'),
    });
  });

  it('when it fills its folder with files that are small', async () => {
    const script = 'i=0; while :; do mkdir $i; head -c 2000000 /dev/zero | split -b 4000 - $i/; i=$((i+1)); done';
    const ended = run(script, { diskBytes: 2 ** 23, fileBytes: 2 ** 20 });
    await expect(ended).rejects.toEqual(new SandboxLimitError('sh', 'disk'));
  });

  it('when it writes a larger file than it may', async () => {
    const ended = run('exec head -c 3000000 /dev/zero > large', { fileBytes: 2 ** 20 });
    await expect(ended).rejects.toEqual(new SandboxLimitError('sh', 'file size'));
  });

  it('when it takes longer than it may, with all it started, in sessions of their own too', async () => {
    const sleep = lastingSleep(80_000);
    const ended = run(`setsid ${sleep} & (trap "" TERM HUP; ${sleep}) & ${sleep}`, { wallMs: 600 });
    await expect(ended).rejects.toEqual(new SandboxLimitError('sh', 'wall time'));
    expect(await countRunning(sleep)).toBe(0);
  });

  it('when its signal says so, and fails with the reason', async () => {
    const sleep = lastingSleep(81_000);
    const controller = new AbortController();
    const reason = new Error('Nobody wants it any more');
    const job = cell.job(`echo ready; ${sleep} & ${sleep}`, { signal: controller.signal });
    await expect(cell.enclosure.run(job, () => controller.abort(reason))).rejects.toBe(reason);
    expect(await countRunning(sleep)).toBe(0);
  });

  it('before it starts when its signal has said so already', async () => {
    const signal = AbortSignal.abort(new Error('Too late'));
    await expect(cell.print('echo x > written', { signal })).rejects.toThrow('Too late');
  });

  it('when whoever takes its lines fails', async () => {
    const cause = new Error('No more');
    const fail = (): never => {
      throw cause;
    };
    await expect(cell.enclosure.run(cell.job('exec yes'), fail)).rejects.toBe(cause);
  });
});

describe('a program in the enclosure', () => {
  it('cannot start more processes than it may, as whichever of its users', async () => {
    const sleep = lastingSleep(82_000);
    const bomb = `for i in $(seq 30); do ${sleep} & done`;
    const others = `for u in 1 2 3; do setpriv --reuid $u --clear-groups sh -c '${bomb}'; done`;
    const failure = await run(`${others}; ${bomb}`, { processes: 60 }).catch((error: unknown) => error);
    if (failure instanceof SandboxedProgramError) expect(failure.lastWords).toContain('Cannot fork');
    else expect(failure).toEqual(new SandboxLimitError('sh', 'processes'));
    expect(await countRunning(sleep)).toBe(0);
  });

  it('waits while nobody takes what it prints', async () => {
    const told: string[] = [];
    let taken = (): void => undefined;
    const first = new Promise<void>((resolve) => {
      taken = resolve;
    });
    const job = cell.job('seq 200000; echo done > written');
    const ended = cell.enclosure.run(job, (line) => (told.push(line) === 1 ? first : undefined));
    await eventually(async () => {
      expect(told).toEqual(['1']);
      expect(await countRunning('seq 200000')).toBeGreaterThan(0);
    });
    expect(await readdir(cell.dir)).toEqual([]);
    taken();
    await ended;
    expect(told).toEqual(Array.from({ length: 200_000 }, (_, index) => String(index + 1)));
  });

  it('may talk as much as it likes, in lines of any length', async () => {
    const script = `head -c 9000000 /dev/zero | tr '\\0' 'x'; echo; printf 'a\\r\\nb' >&2`;
    const lines = await cell.print(script);
    expect(lines.map((line) => line.length).reduce((sum, length) => sum + length, 0)).toBeGreaterThanOrEqual(9_000_000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(16_384);
    expect(lines.filter((line) => line.startsWith('stderr'))).toEqual(['stderr: a', 'stderr: b']);
  });

  it('dies with the process that started it, also by kill -9', async () => {
    const sleep = lastingSleep(83_000);
    const parent = cell.process(`echo ready; setsid ${sleep} & ${sleep}`);
    await once(parent.stdout, 'data');
    expect(await countRunning(sleep)).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await eventually(async () => expect(await countRunning(sleep)).toBe(0));
  });
});
