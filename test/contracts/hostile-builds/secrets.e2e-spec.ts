import { FIRST_STEP, HostileBuilds } from './hostile-builds.js';

/** What an operator would not want anybody to read. */
const ADMIN_TOKEN = 'admin-token-0123456789-0123456789-012345';

describe('secrets of builds', () => {
  let builds: HostileBuilds;
  beforeAll(async () => {
    process.env.OPERATORS_SECRET = 'operators-secret';
    builds = await HostileBuilds.start({ ADMIN_TOKEN });
  });
  afterAll(async () => {
    delete process.env.OPERATORS_SECRET;
    await builds.close();
  });

  it('shows a step nothing of the environment of the server', async () => {
    // Of all processes that it sees, but for the names that buildah and shells make up.
    const steps =
      "RUN for p in /proc/[0-9]*; do tr '\\0' '\\n' < $p/environ; done 2>/dev/null | grep -v -e ^_CONTAINERS_ -e ^SHLVL= | sort -u | sed 's/HOSTNAME=.*/HOSTNAME=/; s/^/> /'";
    const { said } = await builds.runSteps(steps);
    expect(said).toEqual([
      ...['HOME=/', 'HOME=/tmp', 'HOSTNAME=', 'LC_ALL=C', 'LOGLEVEL=3', 'MALLOC_ARENA_MAX=2'],
      ...['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'PWD=/'],
      ...['TMPDIR=/work/tmp', 'TZ=UTC', 'XDG_RUNTIME_DIR=/tmp'],
    ]);
  });

  it('masks passwords in URLs wherever a failed build is told', async () => {
    const url = 'https://user:hunter2@example.com/x';
    const { error, lines } = await builds.runSteps(
      `ARG TOKEN\nRUN echo ${url} Bearer $TOKEN; false ${url}`,
      {},
      { TOKEN: 'abcdefgh12345678' },
    );
    const shown = 'https://user:xxxxx@example.com/x';
    expect(error).toBe(
      `The build failed at line ${FIRST_STEP + 1}, RUN echo ${shown} Bearer $TOKEN; false ${shown}: exit code 1`,
    );
    expect(lines).toContain(`${shown} Bearer xxxxx`);
    expect(lines.filter((line) => line.includes('hunter2'))).toEqual([]);
  });
});
