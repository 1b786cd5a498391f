import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser } from '../../../support/builders.js';

describe('GET /users/:username', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    await newUser(api.admin, 'Alice');
  });
  afterAll(() => api.close());

  it.each(['Alice', 'alice', 'ALICE'])('finds a user as %s', async (username) => {
    const { status, body } = await (await newUser(api.admin)).get(`/users/${username}`);
    expect(status).toBe(200);
    expect(body).toEqual(accountBody('Alice'));
  });

  it.each(['nobody', 'Alice@x.test', '1', 'ali%25', 'Alice%20', '..%2Fuser', "'%20OR%20true--"])(
    'answers 404 to %s',
    async (username) => {
      const { status, body } = await api.admin.get(`/users/${username}`);
      expect(status).toBe(404);
      expect(body).toEqual({ message: 'Not Found' });
    },
  );
});
