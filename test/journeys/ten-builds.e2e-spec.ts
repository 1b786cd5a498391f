import { buildTraces, NO_TRACES } from '../support/build-traces.js';
import { expectStatus, newUser, type TestUser } from '../support/builders.js';
import { BUSYBOX_DOCKERFILE, busyboxFiles, startBuild } from '../support/builds.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from '../support/fleet.js';

const PER_USER = 2;
const EACH = 5;
/** Ten builds, on a machine that may be busy. */
const PATIENCE_MS = 300_000;

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.start({ BUILDS_PER_USER: String(PER_USER), BUILD_CONCURRENCY: '3', WORKER_CONCURRENCY: '3' });
});
afterEach(() => fleet.remove());

/** What `GET /operations` tells of a build. */
interface Build {
  readonly author: string;
  readonly status: string;
  readonly error: string | null;
}

it(
  'ten builds at once of two users all succeed, no user has more at work than allowed, and nothing is left but images',
  async () => {
    await Promise.all([fleet.startWorker(), fleet.startWorker()]);
    const users = [await newUser(fleet.client, 'alice'), await newUser(fleet.client, 'bob')];
    const context = await busyboxFiles();
    const build = (user: TestUser, nth: number): Promise<unknown> => {
      const dockerfile = `${BUSYBOX_DOCKERFILE}RUN ["/bin/busybox", "echo", "build ${nth} of ${user.username}"]\n`;
      return startBuild(user, { name: `image${nth}`, dockerfile, context });
    };
    await Promise.all(users.flatMap((user) => Array.from({ length: EACH }, (_, nth) => build(user, nth))));

    const most: Record<string, number> = {};
    const ended = await eventually(async () => {
      const builds = await listBuilds();
      for (const { username } of users) {
        const atWork = builds.filter(({ author, status }) => author === username && status === 'running').length;
        most[username] = Math.max(most[username] ?? 0, atWork);
      }
      expect(builds.filter(({ status }) => status === 'queued' || status === 'running')).toEqual([]);
      return builds;
    }, PATIENCE_MS);
    expect(ended).toHaveLength(2 * EACH);
    expect(ended.filter(({ status }) => status !== 'succeeded')).toEqual([]);
    expect(most).toEqual({ alice: PER_USER, bob: PER_USER });
    await eventually(async () => expect(await buildTraces(fleet)).toEqual(NO_TRACES));
  },
  PATIENCE_MS,
);

async function listBuilds(): Promise<Build[]> {
  return expectStatus(await fleet.client.get('/operations?kind=build&limit=100'), 200).body as Build[];
}
