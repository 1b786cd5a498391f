import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../support/api.js';
import { pushImage } from '../../support/builders.js';

describe('a request that no route takes', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it.each(['/', '/nope', '/images/1/nope', '/users/a/b', '/health', '/health/live/x', '/n/alice', '/favicon.ico'])(
    'is answered 404 where the path is unknown: %s',
    async (path) => {
      for (const client of [api.admin, api.anonymous]) {
        const { status, headers, body } = await client.get(path);
        expect(status).toBe(404);
        expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
        expect(headers.get('allow')).toBeNull();
        expect(body).toEqual({ message: 'Not Found' });
      }
    },
  );

  it.each([
    ['DELETE', '/users', 'GET, HEAD, POST'],
    ['PUT', '/users/alice', 'DELETE, GET, HEAD, PATCH'],
    ['PATCH', '/user', 'GET, HEAD'],
    ['PUT', '/images', 'GET, HEAD, POST'],
    ['POST', '/images/1', 'DELETE, GET, HEAD, PATCH'],
    ['POST', '/images/1/file', 'GET, HEAD'],
    ['GET', '/tokens/1/rotate', 'POST'],
    ['GET', '/tokens/1', 'DELETE'],
    ['POST', '/health/live', 'GET, HEAD'],
    ['OPTIONS', '/tokens', 'GET, HEAD, POST'],
  ])('is answered 405 with Allow where the method is wrong: %s %s', async (method, path, allow) => {
    for (const client of [api.admin, api.anonymous]) {
      const { status, headers, body } = await client.call(method, path);
      expect(status).toBe(405);
      expect(headers.get('allow')).toBe(allow);
      expect(body).toEqual({ message: 'Method Not Allowed' });
    }
  });

  it.each(['/users/a%00b', '/users?search=%00', '/images?name=a%00b', '/n/a/b%00/-/images'])(
    'is answered 400 where U+0000 hides in it: %s',
    async (path) => {
      const { status, body } = await api.admin.get(path);
      expect(status).toBe(400);
      expect(body).toEqual({ message: 'U+0000 is not taken in a path or query' });
    },
  );

  it.each(['/users/%zz', '/users/%c3%28', '/%'])('is answered 400 where an escape is malformed: %s', async (path) => {
    const { status, body } = await api.admin.get(path);
    expect(status).toBe(400);
    expect(body).toEqual({ message: 'The path has a malformed escape' });
  });
});

describe('a fault of ours', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('is answered 500 with the request’s id and nothing of its cause', async () => {
    const { id } = await pushImage(api.admin, 'name=disk');
    await api.app.get(Database, { strict: false }).query('ALTER TABLE images RENAME COLUMN labels TO lost');
    for (const path of [`/images/${id}`, '/images']) {
      const { status, headers, body } = await api.admin.get(path, { headers: { 'X-Request-Id': 'trace-me' } });
      expect(status).toBe(500);
      expect(headers.get('content-type')).toBe('application/json; charset=utf-8');
      expect(headers.get('x-request-id')).toBe('trace-me');
      expect(body).toEqual({ message: 'Internal error', request_id: 'trace-me' });
    }
  });

  it('does not end the server', async () => {
    expect((await api.admin.get('/user')).status).toBe(200);
  });
});
