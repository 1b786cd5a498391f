import { Database } from '#platform/database';
import { userUuid } from '#domain/users';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import { newUser, type TestUser, withScopes } from '../../../support/builders.js';
import { newApiKey } from '../../../support/hotkeys.js';
import { TIME } from '../../../support/image-body.js';
import { NativeClient } from '../../../support/native-client.js';

const IMAGE = 'ff1ac278-f85f-5aff-af56-0ed86b18891e';
const READ = { object_type: 'images', object_id: null, action: 'read' };
const NAME_RULE = 'Name must be between 1 and 24 characters in length';
const NO_SCOPE = 'Scopes must name at least one scope, or admin be true';
const ID_RULE = 'Object_id must be the UUID of an image, or null for any';
const UUID = expect.stringMatching(/^[0-9a-f-]{36}$/) as string;

describe('POST /user/api-keys', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  const keyBody = (name: string, changes: object = {}): object => ({
    id: expect.any(Number),
    key_id: UUID,
    name,
    admin: false,
    scopes: [READ],
    cidrs: [],
    created_at: expect.stringMatching(TIME),
    expires_at: null,
    last_used_at: null,
    ...changes,
  });

  it('shows the secret once: the key, its user, and 32 random letters and digits', async () => {
    const { status, body } = await alice.post('/user/api-keys', { name: 'ci', scopes: [READ] });
    const { secret_key: secret, key_id: keyId, id } = body as { secret_key: string; key_id: string; id: number };
    expect([status, body]).toEqual([201, { ...keyBody('ci'), secret_key: secret }]);
    const { id: userId } = (await alice.get('/user')).body as { id: number };
    const [key, user] = [keyId, userUuid(userId)].map((uuid) => uuid.replaceAll('-', ''));
    expect(secret).toMatch(new RegExp(`^cpk_${key ?? ''}\\.${user ?? ''}\\.[0-9A-Za-z]{32}$`));
    expect(secret).toHaveLength(102);
    expect((await alice.get('/user/api-keys')).body).toEqual([keyBody('ci')]);
    expect((await alice.get(`/user/api-keys/${id}`)).body).toEqual(keyBody('ci'));
  });

  it('stores a hash of the secret and nothing else of it', async () => {
    const { id, secret_key: secret } = await newApiKey(alice, { name: 'hashed', admin: true });
    const rows = await api.app.get(Database, { strict: false }).query(
      `SELECT t.name FROM tokens t JOIN api_keys k ON k.token_id = t.id
       WHERE t.id = $1 AND t.secret_hash = sha256($2::bytea) AND strpos(t::text || k::text, $3) = 0`,
      [id, secret, secret.slice(-32)],
    );
    expect(rows).toEqual([{ name: 'hashed' }]);
  });

  it('makes one for an image, or for anything with images', async () => {
    const limits = [
      { object_type: 'images', object_id: IMAGE.toUpperCase() },
      { object_type: 'images', action: null },
    ];
    const { status, body } = await alice.post('/user/api-keys', { name: 'limits', admin: false, scopes: limits });
    const scopes = [
      { object_type: 'images', object_id: IMAGE, action: null },
      { object_type: 'images', object_id: null, action: null },
    ];
    expect([status, body]).toEqual([
      201,
      { ...keyBody('limits', { scopes }), secret_key: expect.any(String) as string },
    ]);
  });

  it('makes an admin key, whose scopes say nothing', async () => {
    const { status, body } = await alice.post('/user/api-keys', { name: 'all', admin: true, scopes: [READ] });
    const facts = keyBody('all', { admin: true, scopes: [] });
    expect([status, body]).toEqual([201, { ...facts, secret_key: expect.any(String) as string }]);
  });

  it('ends with the token that makes it, and counts from the same networks', async () => {
    const input = { name: 'x', scopes: ['token:write', 'image:read'], expires_in: 3600, cidrs: ['127.0.0.0/8'] };
    const minted = (await alice.post('/tokens', input)).body as Record<string, string>;
    const { status, body } = await new NativeClient(api.url, minted.token).post('/user/api-keys', {
      name: 'short',
      scopes: [READ],
    });
    expect([status, body]).toEqual([
      201,
      {
        ...keyBody('short', { cidrs: ['127.0.0.0/8'], expires_at: minted.expires_at }),
        secret_key: expect.any(String) as string,
      },
    ]);
  });

  it('never grants what the caller’s token does not have', async () => {
    const weak = await withScopes(alice, 'token:write', 'image:read');
    const write = { object_type: 'images', action: 'write' };
    const refused = await weak.post('/user/api-keys', { name: 'weak', scopes: [READ, write] });
    expect([refused.status, refused.body]).toEqual([
      403,
      { message: 'You cannot grant what you do not hold: image:build' },
    ]);
    const nothing = await withScopes(alice, 'token:write');
    const admin = await nothing.post('/user/api-keys', { name: 'weak', admin: true });
    expect([admin.status, admin.body]).toEqual([
      403,
      { message: 'You cannot grant what you do not hold: image:read, image:build, image:delete' },
    ]);
  });

  it('refuses a name that the caller has, also of two at once, and takes it from others', async () => {
    const input = { name: 'twice', scopes: [READ] };
    const answers = await Promise.all([1, 2, 3].map(() => alice.post('/user/api-keys', input)));
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409]);
    const refused = await alice.post('/user/api-keys', input);
    expect([refused.status, refused.body]).toEqual([409, { message: 'You have an API key of this name already' }]);
    const bob = await newUser(api.admin);
    expect((await bob.post('/user/api-keys', input)).status).toBe(201);
  });

  it.each([
    ['no name', { name: '' }, { name: [NAME_RULE] }],
    ['a name of 25 characters', { name: 'x'.repeat(25) }, { name: [NAME_RULE] }],
    ['neither scopes nor admin', { scopes: undefined }, { scopes: [NO_SCOPE] }],
    ['no scope', { scopes: [] }, { scopes: [NO_SCOPE] }],
    ['51 scopes', { scopes: Array(51).fill(READ) }, { scopes: ['Scopes must be 50 at most'] }],
    [
      'another kind of thing',
      { scopes: [{ ...READ, object_type: 'chutes' }] },
      { scopes: ['Object_type must be images: there is nothing else'] },
    ],
    [
      'another action',
      { scopes: [{ ...READ, action: 'invoke' }] },
      { scopes: ['Action must be read, write, delete, or null for any'] },
    ],
    ['an image by its name', { scopes: [{ ...READ, object_id: 'demo:1.0' }] }, { scopes: [ID_RULE] }],
    ['an image by its number', { scopes: [{ ...READ, object_id: 7 }] }, { scopes: ['Object_id must be a string'] }],
    ['scopes that are text', { scopes: 'images' }, { scopes: ['Scopes must be an array'] }],
    ['a scope that is text', { scopes: ['images'] }, { scopes: ['Scopes must be a list of objects'] }],
    ['a scope without its kind', { scopes: [{ action: 'read' }] }, { scopes: ['Object_type must be a string'] }],
    ['more in a scope', { scopes: [{ ...READ, until: 1 }] }, { scopes: ['Property until should not exist'] }],
    ['an admin that is text', { admin: 'yes' }, { admin: ['Admin must be a boolean value'] }],
  ])('refuses %s', async (_, changes, problems) => {
    const { status, body } = await alice.post('/user/api-keys', { name: 'x', scopes: [READ], ...changes });
    expect([status, body]).toEqual([400, problems]);
  });

  it('is told in the audit trail, as is its end', async () => {
    const { id } = await newApiKey(alice, { name: 'told', scopes: [READ] });
    await alice.delete(`/user/api-keys/${id}`);
    const scopes = ['image:read', 'operation:read'];
    const facts = { user_id: expect.any(Number) as number, scopes, expires_at: null };
    expect(await story(api.admin, 'target=told')).toEqual([
      { action: 'api_key.create', target: 'told', before: null, after: facts },
      { action: 'api_key.revoke', target: 'told', before: facts, after: null },
    ]);
  });
});
