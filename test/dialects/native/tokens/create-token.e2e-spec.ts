import { SCOPES } from '#kernel';
import { Database } from '#platform/database';
import { tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, withScopes } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import { NativeClient } from '../../../support/native-client.js';

const TEN_YEARS_S = 315_360_000;
const EXPIRY_RULE = `Expires_in must be a whole number of seconds from 1 to ${TEN_YEARS_S}`;
const NAME_RULE = 'Name must be between 1 and 100 characters in length';

describe('POST /tokens', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  const secretOf = (body: unknown): string => (body as { token: string }).token;

  it('shows the secret, once', async () => {
    const { status, body } = await alice.post('/tokens', { name: 'ci', scopes: ['image:read', 'image:write'] });
    expect(status).toBe(201);
    const facts = tokenBody({ name: 'ci', scopes: ['image:read', 'image:write'] });
    expect(body).toEqual({ ...facts, token: expect.stringMatching(/^dyt_[0-9A-Za-z]{49}$/) });
    const { id } = body as { id: number };
    const list = (await alice.get('/tokens')).body as { id: number }[];
    expect(list.find((token) => token.id === id)).toEqual(facts);
    expect(JSON.stringify(list)).not.toContain(secretOf(body).slice(4, 20));
  });

  it('stores a hash of the secret and nothing else of it', async () => {
    const secret = secretOf((await alice.post('/tokens', { name: 'hashed', scopes: ['image:read'] })).body);
    const rows = await api.app
      .get(Database, { strict: false })
      .query('SELECT name FROM tokens WHERE secret_hash = sha256($1::bytea) AND strpos(tokens::text, $2) = 0', [
        secret,
        secret,
      ]);
    expect(rows).toEqual([{ name: 'hashed' }]);
  });

  it('makes one that does what its scopes say and no more', async () => {
    const reader = await withScopes(alice, 'image:read');
    expect((await reader.get('/images')).status).toBe(200);
    expect((await reader.get('/tokens')).status).toBe(403);
  });

  it('counts a scope that is named twice once', async () => {
    const { body } = await alice.post('/tokens', { name: 'twice', scopes: ['image:read', 'image:read'] });
    expect(body).toMatchObject({ scopes: ['image:read'] });
  });

  it('ends it when expires_in has passed', async () => {
    const before = Date.now();
    const { body } = await alice.post('/tokens', { name: 'short', scopes: ['image:read'], expires_in: TEN_YEARS_S });
    const after = Date.now();
    const expiresAt = Date.parse((body as { expires_at: string }).expires_at);
    expect(body).toEqual({
      ...tokenBody({ name: 'short' }),
      expires_at: expect.stringMatching(TIME),
      token: secretOf(body),
    });
    expect(expiresAt).toBeGreaterThanOrEqual(before + TEN_YEARS_S * 1000);
    expect(expiresAt).toBeLessThanOrEqual(after + TEN_YEARS_S * 1000);
  });

  it('takes null for what may be left out', async () => {
    const { status, body } = await alice.post('/tokens', {
      name: 'nulls',
      scopes: ['image:read'],
      expires_in: null,
      user: null,
    });
    expect(status).toBe(201);
    expect(body).toEqual({ ...tokenBody({ name: 'nulls' }), token: secretOf(body) });
    expect((await new NativeClient(api.url, secretOf(body)).get('/user')).body).toMatchObject({ username: 'alice' });
  });

  it.each([
    ['no name', { name: '' }, { name: [NAME_RULE] }],
    ['a name of 101 characters', { name: 'x'.repeat(101) }, { name: [NAME_RULE] }],
    ['no scope', { scopes: [] }, { scopes: ['Scopes must name at least one scope'] }],
    ['an expiry of 0', { expires_in: 0 }, { expires_in: [EXPIRY_RULE] }],
    ['an expiry in the past', { expires_in: -1 }, { expires_in: [EXPIRY_RULE] }],
    ['an expiry of more than ten years', { expires_in: TEN_YEARS_S + 1 }, { expires_in: [EXPIRY_RULE] }],
    ['a part of a second', { expires_in: 1.5 }, { expires_in: ['Expires_in must be an integer number'] }],
    ['scopes in one string', { scopes: 'image:read' }, { scopes: ['Scopes must be a list of strings'] }],
    ['scopes as an object', { scopes: { 0: 'image:read' } }, { scopes: ['Scopes must be a list of strings'] }],
    ['a scope that is no string', { scopes: ['image:read', 1] }, { scopes: ['Scopes must be a list of strings'] }],
    ['an unknown field', { token: 'mine' }, { token: ['Property token should not exist'] }],
  ])('refuses %s', async (_, changes, problems) => {
    const { status, body } = await alice.post('/tokens', { name: 'x', scopes: ['image:read'], ...changes });
    expect(status).toBe(400);
    expect(body).toEqual(problems);
  });

  it('names unknown scopes, and those there are', async () => {
    const { status, body } = await alice.post('/tokens', {
      name: 'x',
      scopes: ['image:fly', 'image:read', 'IMAGE:READ'],
    });
    expect(status).toBe(400);
    expect(body).toEqual({ scopes: [`Unknown scopes: image:fly, IMAGE:READ. Known are: ${SCOPES.join(', ')}`] });
  });

  it('names every field of a wrong type, with one message each', async () => {
    const { status, body } = await alice.post('/tokens', { name: 1, scopes: 2, expires_in: '60', user: [] });
    expect(status).toBe(400);
    expect(body).toEqual({
      name: ['Name must be a string'],
      scopes: ['Scopes must be a list of strings'],
      expires_in: ['Expires_in must be an integer number'],
      user: ['User must be a string'],
    });
  });

  it('never grants a scope that the caller’s token does not have', async () => {
    const narrow = await withScopes(alice, 'token:write', 'image:read');
    const { status, body } = await narrow.post('/tokens', { name: 'x', scopes: ['image:read', 'image:write'] });
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'You cannot grant what you do not hold: image:write' });
  });

  it('never grants a scope that the caller’s role does not have', async () => {
    const { status, body } = await alice.post('/tokens', { name: 'x', scopes: ['user:delete'] });
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'You cannot grant what you do not hold: user:delete' });
  });

  it('lets an admin make one for somebody else, who then has it', async () => {
    const { status, body } = await api.admin.post('/tokens', { name: 'gift', scopes: ['image:read'], user: 'ALICE' });
    expect(status).toBe(201);
    expect((await new NativeClient(api.url, secretOf(body)).get('/user')).body).toMatchObject({ username: 'alice' });
    expect((await alice.get('/tokens')).body).toContainEqual(expect.objectContaining({ name: 'gift' }));
  });

  it('lets nobody else name another user, and everybody themselves', async () => {
    const { status, body } = await alice.post('/tokens', { name: 'x', scopes: ['image:read'], user: 'admin' });
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'Only a user with the role admin may name another user' });
    expect((await alice.post('/tokens', { name: 'x', scopes: ['image:read'], user: 'Alice' })).status).toBe(201);
  });

  it('answers 404 to an admin who names nobody', async () => {
    const { status, body } = await api.admin.post('/tokens', { name: 'x', scopes: ['image:read'], user: 'nobody' });
    expect(status).toBe(404);
    expect(body).toEqual({ message: 'Not Found' });
  });
});
