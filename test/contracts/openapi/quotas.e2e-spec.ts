import { startTestApi, type TestApi } from '../../support/api.js';
import { newNamespace, newUser, type TestUser } from '../../support/builders.js';
import { DescribedApi } from '../../support/described-api.js';

const described = await DescribedApi.committed();

const SUBJECTS = [
  { id: 'Account', nobody: '/quotas/accounts/nobody' },
  { id: 'Namespace', nobody: '/quotas/namespaces/nobody/x' },
];

describe('the examples of quotas, called in the order of a story', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    await newNamespace(alice, 'team');
  });
  afterAll(() => api.close());

  it.each(SUBJECTS)('are what is set and seen: $id', async ({ id }) => {
    await described.answersItsExample(api.admin, `put${id}Quota`, 200, { json: { limit_bytes: 10_737_418_240 } });
    await described.answersItsExample(alice, `show${id}Quota`, 200);
  });

  it('are what lists get', async () => {
    expect((await described.call(alice, 'listUsage')).status).toBe(200);
    await described.answersItsExample(alice, 'listQuotas', 200);
  });

  it.each(SUBJECTS)('are what refused requests get: $id', async ({ id, nobody }) => {
    await described.answersItsExample(api.admin, `put${id}Quota`, 400, { json: {} });
    for (const verb of ['put', 'show', 'delete']) {
      await described.answersItsExample(api.admin, `${verb}${id}Quota`, 404, { path: nobody });
    }
  });

  it('leave no answer unseen', async () => {
    for (const { id } of SUBJECTS) await described.answersItsExample(api.admin, `delete${id}Quota`, 204);
    expect(described.untold('Quotas')).toEqual([]);
  });
});
