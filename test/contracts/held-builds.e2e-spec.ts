import { Database } from '#platform/database';
import { OperationMoves } from '#domain/operations';
import { startTestApi, type TestApi } from '../support/api.js';
import { newUser } from '../support/builders.js';
import { startBuild } from '../support/builds.js';

type ClaimedOperation = NonNullable<Awaited<ReturnType<OperationMoves['begin']>>>;

const DOCKERFILE = 'FROM scratch\n';

describe('a build that its author has too many others for', () => {
  let api: TestApi;
  let database: Database;
  let moves: OperationMoves;
  beforeAll(async () => {
    api = await startTestApi({ env: { BUILDS_PER_USER: '1' } });
    database = api.app.get(Database, { strict: false });
    moves = api.app.get(OperationMoves, { strict: false });
  });
  afterAll(() => api.close());

  const jobs = async (): Promise<number[]> =>
    (await database.query<{ id: number }>(`SELECT (data ->> 'id')::int AS id FROM jobs.job ORDER BY 1`)).map(
      ({ id }) => id,
    );
  /** As workers do that were given them and could begin nothing. */
  const takeJobs = (): Promise<unknown> => database.query('WITH taken AS (DELETE FROM jobs.job) SELECT');
  const begin = async (id: number): Promise<ClaimedOperation> => {
    const begun = await moves.begin(id);
    if (!begun) throw new Error(`${id} could not be begun`);
    return begun;
  };

  it.each([
    ['succeeds', (of: ClaimedOperation) => moves.succeed(of, () => Promise.resolve())],
    ['fails', (of: ClaimedOperation) => moves.fail(of, 'failed', 'a line failed')],
    ['is cancelled', (of: ClaimedOperation) => moves.fail(of, 'cancelled', 'Cancelled')],
  ])('is given to a worker as soon as the one before it %s, and nobody else\u2019s is', async (_, end) => {
    const [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    const [first, second, third] = [
      await startBuild(alice, { dockerfile: DOCKERFILE }),
      await startBuild(alice, { dockerfile: DOCKERFILE }),
      await startBuild(alice, { dockerfile: DOCKERFILE }),
    ];
    await startBuild(bob, { dockerfile: DOCKERFILE });
    const begun = await begin(first.id);
    expect(await moves.begin(second.id)).toBeNull();
    await takeJobs();

    await end(begun);
    expect(await jobs()).toEqual([second.id]);
    await end(await begin(second.id));
    expect(await jobs()).toEqual([second.id, third.id]);
    await takeJobs();
  });

  it('is given to a worker while the one before it waits to be tried again', async () => {
    const alice = await newUser(api.admin);
    const first = await startBuild(alice, { dockerfile: DOCKERFILE });
    const second = await startBuild(alice, { dockerfile: DOCKERFILE });
    const begun = await begin(first.id);
    expect(await moves.begin(second.id)).toBeNull();
    await takeJobs();

    const after = new Date(Date.now() + 3_600_000);
    await moves.putBack(begun, { after, error: 'its registry is away', isFree: false });
    expect(await jobs()).toEqual([first.id, second.id]);
    await begin(second.id);
  });
});
