import { FIRST_STEP, HostileBuilds } from './hostile-builds.js';

const MIB = 2 ** 20;
const LOG_BYTES = MIB / 4;

/** Some 60 MB that a process holds until its input ends, which it does not. */
const HOLDER = '(head -c 60000000 /dev/zero; exec sleep 1000) | tail -c 60000000';

describe('a build that wants more than it may have is ended, and leaves nothing', () => {
  let builds: HostileBuilds;
  beforeAll(async () => {
    builds = await HostileBuilds.start({
      BUILD_MEMORY_BYTES: String(192 * MIB),
      BUILD_DISK_BYTES: String(48 * MIB),
      BUILD_PROCESSES: '64',
      BUILD_CPU_SECONDS: '5',
      OPERATION_LOG_BYTES: String(LOG_BYTES),
    });
  });
  afterAll(() => builds.close());

  it.each([
    ['memory, by several processes', `RUN ${HOLDER} & ${HOLDER} & ${HOLDER} & ${HOLDER} & wait`, 'memory'],
    ['disk, by many files', 'RUN i=0; while head -c 200000 /dev/zero > /$i; do i=$((i+1)); done', 'disk'],
    ['disk, by empty files', 'RUN i=0; while : > /$i; do i=$((i+1)); done', 'disk'],
    ['CPU, by several processes', 'RUN for i in 1 2 3 4; do (while :; do :; done) & done; wait', 'cpu'],
  ])('%s', async (_, step, limit) => {
    const { status, error } = await builds.runSteps(step);
    const reason = `The build was stopped: buildah was ended: it reached its limit of ${limit}`;
    expect({ status, error }).toEqual({ status: 'failed', error: reason });
  });

  it.each([
    ['memory, by one process', 'RUN tail /dev/zero', 'exit code 1', 'memory'],
    ['disk, by one file', 'RUN head -c 100000000 /dev/zero > /large', 'it was ended: file size limit exceeded', 'disk'],
    ['CPU, by one process', 'RUN while :; do :; done', 'it was ended: CPU time limit exceeded', 'cpu'],
  ])('%s', async (_, step, reason, limit) => {
    const { status, error } = await builds.runSteps(step);
    const byKernel = `The build failed at line ${FIRST_STEP}, ${step}: ${reason}`;
    const byLook = `The build was stopped: buildah was ended: it reached its limit of ${limit}`;
    expect(status).toBe('failed');
    expect([byKernel, byLook]).toContain(error); // whoever is first: a look may come just before the kernel
  });

  it('processes: a fork bomb gets no more', async () => {
    const step = 'RUN bomb() { bomb & bomb & wait; }; bomb; exit 1';
    const { status, error, lines } = await builds.runSteps(step);
    // What looks after the step may be the one that cannot start a thread.
    const failure = new RegExp(`^The build failed at line ${FIRST_STEP}, RUN bomb.*; exit 1: exit code [12]$`);
    expect({ status, error }).toEqual({ status: 'failed', error: expect.stringMatching(failure) as string });
    expect(lines.join()).toContain("can't fork: Resource temporarily unavailable");
  });

  it('log: what is too much is not kept, and the build goes on', async () => {
    const { status, lines } = await builds.runSteps('RUN yes | head -c 600000; echo "> after"');
    expect({ status, last: lines.at(-1) }).toEqual({
      status: 'succeeded',
      last: `The log is full: ${LOG_BYTES} bytes`,
    });
    expect(lines.join('\n').length).toBeLessThan(LOG_BYTES);
  });

  it('what a step leaves running ends with the build', async () => {
    const left = '(setsid sleep 98765 >/dev/null 2>&1 </dev/null &); nohup sleep 98765 >/dev/null 2>&1 & echo "> left"';
    const { status, error, said } = await builds.runSteps(`RUN ${left}`);
    expect({ status, error, said }).toEqual({ status: 'succeeded', error: null, said: ['left'] });
  });
});

describe('a build without end', () => {
  let builds: HostileBuilds;
  beforeAll(async () => {
    builds = await HostileBuilds.start({ BUILD_TIMEOUT_SECONDS: '10' });
  });
  afterAll(() => builds.close());

  it('is ended when its time is over, with what it started, in sessions of their own too', async () => {
    const { status, error } = await builds.runSteps('RUN (trap "" TERM HUP; setsid sleep 98766) & sleep 98766');
    expect({ status, error }).toEqual({
      status: 'failed',
      error: 'The build was stopped: buildah was ended: it reached its limit of wall time',
    });
  });
});
