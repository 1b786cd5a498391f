import { PassThrough } from 'node:stream';
import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../support/api.js';
import { mintToken, newUser } from '../../support/builders.js';
import { eventually } from '../../support/eventually.js';
import { NativeClient } from '../../support/native-client.js';

interface Line {
  readonly level: number;
  readonly time: number;
  readonly msg: string;
  readonly reqId?: string;
  readonly req?: object;
  readonly res?: object;
  readonly err?: Readonly<Record<string, unknown>>;
}

describe('the log', () => {
  const sink = new PassThrough();
  let text = '';
  let api: TestApi;
  beforeAll(async () => {
    sink.on('data', (chunk: Buffer) => (text += chunk.toString()));
    api = await startTestApi({ env: { LOG_LEVEL: 'trace' }, logTo: sink });
  });
  afterAll(() => api.close());

  const lines = (): Line[] =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Line);
  const linesOf = (requestId: string): Line[] => lines().filter(({ reqId }) => reqId === requestId);
  /** What was logged of the request that `send` sends, once its end was. */
  const logOf = async (
    requestId: string,
    send: (headers: Record<string, string>) => Promise<unknown>,
  ): Promise<Line[]> => {
    await send({ 'X-Request-Id': requestId });
    return eventually(() => {
      const found = linesOf(requestId);
      expect(found.some(({ res }) => res)).toBe(true);
      return found;
    });
  };

  it('has one JSON line for a request, with its id and nothing of its query or headers', async () => {
    const logged = await logOf('plain', (headers) => api.admin.get('/users?search=needle', { headers }));
    expect(logged).toEqual([
      {
        level: 30,
        time: expect.any(Number),
        pid: process.pid,
        hostname: expect.any(String),
        reqId: 'plain',
        req: { method: 'GET', path: '/users', remoteAddress: '127.0.0.1' },
        res: { statusCode: 200 },
        responseTime: expect.any(Number),
        msg: 'request completed',
      },
    ]);
  });

  it.each([
    ['malformed JSON', 400, '/users', '{"password":"hush'],
    ['JSON that is too large', 413, '/users', `"${'hush'.repeat(100_000)}"`],
    ['a malformed escape', 400, '/%zz', '{}'],
    ['an unknown path', 404, '/nope', '{}'],
  ])('has a line for %s too', async (name, statusCode, path, body) => {
    const id = name.replaceAll(' ', '-');
    const logged = await logOf(id, (headers) =>
      api.admin.call('POST', path, {
        raw: Buffer.from(body),
        headers: { ...headers, 'Content-Type': 'application/json' },
      }),
    );
    expect(logged).toEqual([expect.objectContaining({ res: { statusCode }, req: expect.objectContaining({ path }) })]);
    expect(JSON.stringify(logged)).not.toContain('hush');
  });

  it('never holds a secret, whatever happens to whoever sends it', async () => {
    const secret = await mintToken(api.admin, ['token:read', 'token:write', 'user:read']);
    const holder = new NativeClient(api.url, secret);
    const password = 'correct horse battery';
    await api.admin.post('/users', { username: 'pw', email: 'pw@x.test', password });
    await api.admin.post('/users', { username: 'pw', email: 'pw@x.test', password });
    await api.admin.patch('/users/pw', { password: `${password} staple` });
    await api.admin.post('/users', { username: 'pw2', email: 'pw2@x.test', password: { nested: password } });
    const { body } = await holder.post('/tokens', { name: 'x', scopes: ['user:read'] });
    const { body: rotated } = await holder.call('POST', `/tokens/${(body as { id: number }).id}/rotate`);
    await holder.get(`/user?access_token=${secret}&password=correct%20horse`);
    await api.anonymous.get('/user', { headers: { Authorization: `Basic ${btoa(`x:${password}`)}` } });
    await api.anonymous.get('/user', { headers: { Authorization: `Bearer ${secret}x`, Cookie: `token=${secret}` } });
    await logOf('last-of-secrets', (headers) => holder.get('/user', { headers }));

    const secrets = [
      secret,
      api.admin.token ?? '',
      (body as { token: string }).token,
      (rotated as { token: string }).token,
    ];
    for (const hidden of [
      ...secrets,
      'correct horse',
      'correct%20horse',
      btoa(`x:${password}`),
      'argon2id',
      'access_token',
    ]) {
      expect(hidden).not.toBe('');
      expect(text).not.toContain(hidden);
    }
    expect(text).not.toMatch(/authorization|bearer/i);
  });

  it('tells of a fault with its cause and stack, and without the values it happened to', async () => {
    await newUser(api.admin, 'before');
    await api.app
      .get(Database, { strict: false })
      .query(`ALTER TABLE users ADD CONSTRAINT forced_fault CHECK (username <> 'faulty')`);
    const input = { username: 'faulty', email: 'private@x.test', password: 'correct horse' };
    const logged = await logOf('faulty', (headers) => api.admin.call('POST', '/users', { json: input, headers }));
    expect(logged[0]).toMatchObject({
      level: 50,
      msg: 'a request failed',
      err: {
        type: 'QueryFailedError',
        code: '23514',
        message: expect.stringContaining('forced_fault'),
        stack: expect.stringContaining('QueryFailedError'),
      },
    });
    expect(logged[1]).toMatchObject({ level: 50, res: { statusCode: 500 } });
    expect(logged).toHaveLength(2);
    expect(JSON.stringify(logged)).not.toMatch(/argon2id|correct horse|private@x\.test/);
  });
});
