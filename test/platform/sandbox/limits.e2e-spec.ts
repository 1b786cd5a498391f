import { once } from 'node:events';
import { Sandbox, SandboxedProgramError, SandboxLimitError } from '#platform/sandbox';
import { eventually } from '../../support/eventually.js';
import { Box, countRunning, LIMITS } from './box.js';

let box: Box;
beforeEach(async () => {
  box = await Box.create();
});
afterEach(() => box.remove());

/** A command that nothing else on this machine runs. */
const lastingSleep = (seconds: number): string => `sleep ${seconds}.${process.pid}`;

describe.each(['bubblewrap', 'none'] as const)('with SANDBOX=%s a program is ended', (mode) => {
  const print = (script: string, limits: Partial<typeof LIMITS> = {}): Promise<string> =>
    box.print(script, { limits: { ...LIMITS, ...limits } }, mode);

  it('when it uses more CPU than it may', async () => {
    await expect(print('while :; do :; done', { cpuSeconds: 1 })).rejects.toEqual(new SandboxLimitError('sh', 'cpu'));
  });

  it('when it takes longer than it may, with all it started', async () => {
    const sleep = lastingSleep(70_000);
    const ended = print(`${sleep} & ${sleep}`, { wallMs: 400 });
    await expect(ended).rejects.toEqual(new SandboxLimitError('sh', 'wall time'));
    await eventually(async () => expect(await countRunning(sleep)).toBe(0));
  });

  it('when it writes a larger file than it may', async () => {
    const ended = print('head -c 3000000 /dev/zero > large');
    await expect(ended).rejects.toEqual(new SandboxLimitError('sh', 'file size'));
  });

  it('by itself when it wants more memory than it may have', async () => {
    const failure = await print('exec tail /dev/zero', { memoryBytes: 2 ** 27 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SandboxedProgramError);
    expect(failure).toMatchObject({ lastWords: expect.stringContaining('memory exhausted') });
  });

  it.each(['exec yes', 'exec yes >&2'])('when it talks without end: %s', async (script) => {
    await expect(print(script)).rejects.toEqual(new SandboxLimitError('sh', 'output'));
  });

  it('when its signal says so, and fails with the reason', async () => {
    const sleep = lastingSleep(71_000);
    const controller = new AbortController();
    const job = box.job(`echo ready; ${sleep}`, { signal: controller.signal });
    const reason = new Error('Nobody wants it any more');
    const ended = new Sandbox(mode).run(job, () => controller.abort(reason));
    await expect(ended).rejects.toBe(reason);
    await eventually(async () => expect(await countRunning(sleep)).toBe(0));
  });

  it('before it starts when its signal has said so already', async () => {
    const signal = AbortSignal.abort(new Error('Too late'));
    await expect(box.print('echo x > written', { signal }, mode)).rejects.toThrow('Too late');
  });

  it('when nobody reads its output and it is killed', async () => {
    const running = await new Sandbox(mode).start(box.job('exec yes'));
    await once(running.stdout, 'readable');
    const cause = new Error('Enough');
    running.kill(cause);
    await expect(running.finished).rejects.toBe(cause);
  });
});

describe('a program in the sandbox', () => {
  it('cannot start more processes than it may, and none outlives it', async () => {
    const sleep = lastingSleep(72_000);
    const started: string[] = [];
    const bomb = box.job(`while ${sleep} & do echo started; done`, { limits: { ...LIMITS, processes: 20 } });
    const ended = new Sandbox('bubblewrap').run(bomb, (chunk) => started.push(...chunk.toString().trim().split('\n')));
    await expect(ended).rejects.toMatchObject({ lastWords: expect.stringContaining('Cannot fork') });
    expect(started.length).toBeGreaterThan(10);
    expect(started.length).toBeLessThan(20);
    await eventually(async () => expect(await countRunning(sleep)).toBe(0));
  });

  it('dies with the process that started it, also by kill -9', async () => {
    const sleep = lastingSleep(73_000);
    const parent = box.process(`echo ready; ${sleep} & ${sleep}`);
    await once(parent.stdout, 'data');
    expect(await countRunning(sleep)).toBeGreaterThan(0);
    parent.kill('SIGKILL');
    await eventually(async () => expect(await countRunning(sleep)).toBe(0));
  });
});
