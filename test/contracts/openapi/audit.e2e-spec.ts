import { startTestApi, type TestApi } from '../../support/api.js';
import { newUser } from '../../support/builders.js';
import { DescribedApi } from '../../support/described-api.js';

const described = await DescribedApi.committed();

describe('the examples of the audit trail, called in the order of a story', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  const path = '/audit?target=alice&action=user.create';

  it('are what events get', async () => {
    const { status, body } = await described.call(api.admin, 'listAuditEvents', { path });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: [{ action: 'user.create', target: { name: 'alice' } }],
    });
  });

  it.each(['application/x-ndjson', 'text/csv'])('are what exports get: %s', async (type) => {
    const answer = await described.call(api.admin, 'listAuditEvents', { path, headers: { Accept: type } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('Content-Type')?.split(';')[0]).toBe(type);
  });

  it('are what refused requests get', async () => {
    await described.answersItsExample(api.admin, 'listAuditEvents', 400, { path: '/audit?outcome=maybe' });
    await described.answersItsExample(api.admin, 'listAuditEvents', 406, { headers: { Accept: 'text/html' } });
  });

  it('leave no answer unseen', () => {
    expect(described.untold('Audit')).toEqual([]);
  });
});
