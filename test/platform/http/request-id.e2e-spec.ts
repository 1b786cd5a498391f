import { startTestApi, type TestApi } from '../../support/api.js';
import type { Answer, Call } from '../../support/native-client.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('X-Request-Id', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  const idOf = ({ headers }: Answer): string | null => headers.get('x-request-id');
  const json = (text: string): Call => ({ raw: Buffer.from(text), headers: { 'Content-Type': 'application/json' } });

  it.each<[string, number, string, string, Call]>([
    ['an ordinary answer', 200, 'GET', '/user', {}],
    ['an unknown path', 404, 'GET', '/nope', {}],
    ['a wrong method', 405, 'PUT', '/user', {}],
    ['malformed JSON', 400, 'POST', '/users', json('{"a":')],
    ['JSON that is too large', 413, 'POST', '/users', json(`"${'x'.repeat(300_000)}"`)],
    ['a malformed escape in the path', 400, 'GET', '/users/%zz', {}],
    ['U+0000 in the path', 400, 'GET', '/users/%00', {}],
  ])('is on %s', async (_, status, method, path, call) => {
    const answer = await api.admin.call(method, path, call);
    expect(answer.status).toBe(status);
    expect(idOf(answer)).toMatch(UUID);
  });

  it('differs from request to request', async () => {
    expect(idOf(await api.anonymous.get('/health/live'))).not.toBe(idOf(await api.anonymous.get('/health/live')));
  });

  it.each(['a', 'my-trace:01.x_Y', 'x'.repeat(64)])('is the client’s own where that is harmless: %s', async (id) => {
    expect(idOf(await api.anonymous.get('/health/live', { headers: { 'X-Request-Id': id } }))).toBe(id);
  });

  it.each(['', 'two words', '"quoted"', '{"level":60}', 'x'.repeat(65), 'caf\u00e9'])(
    'is a new one where the client’s own could be mischief: %s',
    async (id) => {
      expect(idOf(await api.anonymous.get('/health/live', { headers: { 'X-Request-Id': id } }))).toMatch(UUID);
    },
  );
});
