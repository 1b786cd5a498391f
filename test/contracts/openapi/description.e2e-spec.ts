import { startTestApi, type TestApi } from '../../support/api.js';
import { DescribedApi } from '../../support/described-api.js';

const described = await DescribedApi.committed();

describe('the API’s description', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('tells of itself, and leaves no answer unseen', async () => {
    expect((await described.call(api.anonymous, 'showDocument')).status).toBe(200);
    expect((await described.call(api.anonymous, 'showPage')).status).toBe(200);
    expect(described.untold('This description')).toEqual([]);
  });
});
