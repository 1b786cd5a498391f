import { startTestApi, type TestApi } from '../../support/api.js';
import { passBootTest } from '../../support/boot-tests.js';
import { collaborate, newNamespace, newUser, pushImage, type TestUser } from '../../support/builders.js';
import { DescribedApi, newExampleUser } from '../../support/described-api.js';

const described = await DescribedApi.committed();
const READERS = ['showBootTest', 'readBootConsole', 'showBootScreen'];

describe('the examples of boot tests, called in the order of a story', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let image: number;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newExampleUser(api.admin, 'alice');
    bob = await newUser(api.admin, 'bob');
    await newNamespace(alice, 'team');
    await collaborate(alice, 'team', bob, 'reader');
    ({ id: image } = await pushImage(alice, 'name=ubuntu&tag=24.04&namespace=team'));
  });
  afterAll(() => api.close());

  it('are what who has an image booted gets', async () => {
    await described.answersItsExample(alice, 'startBootTest', 400, { json: { firmware: 'coreboot' } });
    await described.answersItsExample(bob, 'startBootTest', 403);
    await described.answersItsExample(alice, 'startBootTest', 202);
  });

  it('are what readers of an image get', async () => {
    for (const id of READERS) await described.answersItsExample(bob, id, 404);
    await passBootTest(api, image);
    await described.answersItsExample(bob, 'showBootTest', 200);
    for (const id of READERS.slice(1)) expect((await described.call(bob, id)).status).toBe(200);
  });

  it('are what strangers get', async () => {
    await described.answersItsExample(await newUser(api.admin), 'startBootTest', 404);
  });

  it('leave no answer unseen but those of a machine without programs, and of a store that is away', () => {
    expect(described.untold('Boot tests')).toEqual(['startBootTest 503', 'readBootConsole 503', 'showBootScreen 503']);
  });
});
