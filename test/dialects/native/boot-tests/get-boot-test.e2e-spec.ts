import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { CONSOLE, passBootTest, SCREEN } from '../../../support/boot-tests.js';

const NEVER = { message: 'There is no boot test of this image yet; POST /images/:image/boot-test begins one' };

describe('GET /images/:image/boot-test, its console and its screen', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  const PATHS = ['', '/console', '/screen'];

  it('say how to have one where there is none', async () => {
    const { id } = await pushImage(alice, `name=${unique('disk')}`);
    for (const path of PATHS) {
      const { status, body } = await alice.get(`/images/${id}/boot-test${path}`);
      expect({ path, status, body }).toEqual({ path, status: 404, body: NEVER });
    }
  });

  it('are for whoever may read the image: nobody else, or everybody once it is public', async () => {
    const { id } = await pushImage(alice, `name=${unique('disk')}`);
    await passBootTest(api, id);
    const stranger = await newUser(api.admin);
    for (const path of PATHS) {
      for (const client of [stranger, api.anonymous]) {
        expect((await client.get(`/images/${id}/boot-test${path}`)).body).toEqual({ message: 'Not Found' });
      }
    }
    await alice.patch(`/images/${id}`, { visibility: 'public' });
    for (const path of PATHS) expect((await api.anonymous.get(`/images/${id}/boot-test${path}`)).status).toBe(200);
  });

  it('send console and screen as what they are, and nothing that a browser could take for more', async () => {
    const { id } = await pushImage(alice, `name=${unique('disk')}`);
    await passBootTest(api, id);
    const kinds = [
      ['console', 'text/plain; charset=utf-8', Buffer.from(CONSOLE)],
      ['screen', 'image/png', SCREEN],
    ] as const;
    for (const [kind, type, bytes] of kinds) {
      const answer = await alice.send('GET', `/images/${id}/boot-test/${kind}`);
      expect(Object.fromEntries(answer.headers)).toMatchObject({
        'content-type': type,
        'content-length': String(bytes.length),
        'x-content-type-options': 'nosniff',
        'cache-control': 'private, no-cache',
      });
      expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
    }
  });
});
