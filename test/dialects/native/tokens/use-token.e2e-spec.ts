import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { mintToken, newUser } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { type Answer, NativeClient } from '../../../support/native-client.js';

const UNAUTHENTICATED = { message: 'Send a valid token in the header "Authorization: Bearer <token>"' };

/** SQL: the token whose secret is $1. */
const THIS = 'secret_hash = sha256($1::bytea)';

/** SQL: from here on a row for every time that a token's use is noted. */
const COUNT_USES = [
  'CREATE TABLE uses (id integer)',
  `CREATE FUNCTION note_use() RETURNS trigger LANGUAGE plpgsql
   AS 'BEGIN INSERT INTO uses VALUES (NEW.id); RETURN NEW; END'`,
  `CREATE TRIGGER note_use AFTER UPDATE OF last_used_at ON tokens FOR EACH ROW
   WHEN (NEW.last_used_at > now() - interval '5 s') EXECUTE FUNCTION note_use()`,
];

describe('a token', () => {
  let api: TestApi;
  let secret: string;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    secret = (await newUser(api.admin)).token ?? '';
  });
  afterAll(() => api.close());

  const authorization = (value: string): Promise<Answer> =>
    api.anonymous.get('/user', { headers: { Authorization: value } });
  const sql = (text: string, values: readonly string[] = []): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(text, values);

  it.each(['Bearer', 'bearer', 'BEARER'])('is taken with the scheme %s, whose case does not matter', async (scheme) => {
    expect((await authorization(`${scheme} ${secret}`)).status).toBe(200);
  });

  it.each([
    ['as Basic credentials', (token: string) => `Basic ${Buffer.from(`x:${token}`).toString('base64')}`, ''],
    ['without a scheme', (token: string) => token, ', error="invalid_request"'],
    ['with an unknown scheme', (token: string) => `Token ${token}`, ''],
    ['after two spaces', (token: string) => `Bearer  ${token}`, ', error="invalid_request"'],
    ['with a word after it', (token: string) => `Bearer ${token} more`, ', error="invalid_request"'],
    ['with a character changed', (token: string) => `Bearer ${token.slice(0, -1)}_`, ', error="invalid_token"'],
    ['in lower case', (token: string) => `Bearer ${token.toLowerCase()}`, ', error="invalid_token"'],
  ])('is refused %s', async (_, header, error) => {
    const { status, headers, body } = await authorization(header(secret));
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe(`Bearer realm="Diskyard"${error}`);
    expect(body).toEqual(UNAUTHENTICATED);
  });

  it('is refused in a query', async () => {
    const { status, body } = await api.anonymous.get(`/user?access_token=${secret}`);
    expect(status).toBe(401);
    expect(body).toEqual(UNAUTHENTICATED);
  });

  it.each(['application/json', 'application/x-www-form-urlencoded'])('is refused in a body of %s', async (type) => {
    const text = type.includes('json') ? JSON.stringify({ access_token: secret }) : `access_token=${secret}`;
    const { status, body } = await api.anonymous.call('POST', '/tokens', {
      raw: Buffer.from(text),
      headers: { 'Content-Type': type },
    });
    expect(status).toBe(401);
    expect(body).toEqual(UNAUTHENTICATED);
  });

  it('in the header is not upset by another in the query', async () => {
    expect((await new NativeClient(api.url, secret).get('/user?access_token=other')).status).toBe(200);
  });

  it('dies the moment it expires', async () => {
    expect((await authorization(`Bearer ${secret}`)).status).toBe(200);
    await sql(`UPDATE tokens SET expires_at = now() + interval '1 hour' WHERE ${THIS}`, [secret]);
    expect((await authorization(`Bearer ${secret}`)).status).toBe(200);
    await sql(`UPDATE tokens SET expires_at = now() WHERE ${THIS}`, [secret]);
    const { status, headers } = await authorization(`Bearer ${secret}`);
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Diskyard", error="invalid_token"');
  });

  it('loses what a role grants together with the role', async () => {
    const { username } = (await new NativeClient(api.url, secret).get('/user')).body as { username: string };
    await api.admin.patch(`/users/${username}`, { role: 'admin' });
    const formerAdmin = new NativeClient(api.url, await mintToken(api.admin, ['user:delete', 'user:write'], username));
    expect((await formerAdmin.delete('/users/nobody')).status).toBe(404);
    await api.admin.patch(`/users/${username}`, { role: 'member' });
    expect((await formerAdmin.delete('/users/nobody')).status).toBe(403);
    expect((await formerAdmin.patch('/users/admin', { email: 'x@x.test' })).status).toBe(403);
  });

  it('says when it was last used, which is written once a minute at most', async () => {
    for (const statement of COUNT_USES) await sql(statement);
    const client = new NativeClient(api.url, secret);
    const use = async (times: number): Promise<void> => {
      for (let i = 0; i < times; i++) expect((await client.get('/user')).status).toBe(200);
    };
    const age = (seconds: number): Promise<unknown> =>
      sql(`UPDATE tokens SET last_used_at = last_used_at - interval '${seconds} s' WHERE ${THIS}`, [secret]);
    const uses = (): Promise<object[]> => sql(`SELECT name FROM uses JOIN tokens USING (id) WHERE ${THIS}`, [secret]);

    await use(5);
    await eventually(async () => expect(await uses()).toHaveLength(1));
    await age(50);
    await use(5);
    await age(11);
    await use(1);
    await eventually(async () => expect(await uses()).toHaveLength(2));
    const [token] = (await client.get('/tokens')).body as { last_used_at: string }[];
    expect(Math.abs(Date.now() - Date.parse(token?.last_used_at ?? ''))).toBeLessThan(10_000);
  });
});
