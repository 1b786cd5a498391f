import { Database } from '#platform/database';
import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, unique } from '../../../support/builders.js';

const NAME_RULE = 'Username must be 3 to 30 letters, digits, dots or dashes, and begin with a letter or digit';
const PASSWORD_RULE = 'Password must be between 6 and 128 characters in length';

describe('POST /users', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
    await newUser(api.admin, 'taken');
  });
  afterAll(() => api.close());

  const input = (changes: object = {}): object => {
    const username = unique('new');
    return { username, email: `${username}@x.test`, ...changes };
  };
  const rows = <Row extends object>(text: string): Promise<Row[]> =>
    api.app.get(Database, { strict: false }).query<Row>(text);

  it('makes a person who is a member, and says where', async () => {
    const { status, headers, body } = await api.admin.post('/users', { username: 'Al.i-ce', email: 'Al.i-ce@x.test' });
    expect(status).toBe(201);
    expect(headers.get('location')).toBe(`${api.url}/users/Al.i-ce`);
    expect(body).toEqual(accountBody('Al.i-ce'));
    expect((await api.admin.get('/users/Al.i-ce')).body).toEqual(body);
  });

  it('makes service accounts and admins', async () => {
    const { status, body } = await api.admin.post('/users', {
      username: 'robot',
      email: 'robot@x.test',
      kind: 'service',
      role: 'admin',
    });
    expect(status).toBe(201);
    expect(body).toEqual(accountBody('robot', { kind: 'service', role: 'admin' }));
  });

  it('keeps a password as argon2id only, and shows it to nobody', async () => {
    const { status, body } = await api.admin.post('/users', {
      username: 'secretive',
      email: 'secretive@x.test',
      password: 'correct horse',
    });
    expect(status).toBe(201);
    expect(body).toEqual(accountBody('secretive'));
    const [row] = await rows<{ password_hash: string }>(`SELECT password_hash FROM users WHERE username = 'secretive'`);
    expect(row?.password_hash).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[^$]{22,}\$[^$]{43}$/);
  });

  it('takes null for what may be left out', async () => {
    const { status, body } = await api.admin.post('/users', {
      username: 'nulls',
      email: 'nulls@x.test',
      password: null,
      kind: null,
      role: null,
    });
    expect(status).toBe(201);
    expect(body).toEqual(accountBody('nulls'));
  });

  it.each([
    ['a username that is taken', { username: 'taken' }, { username: ['Username already exists'] }],
    ['one that differs in case only', { username: 'TaKeN' }, { username: ['Username already exists'] }],
    ['an email that is taken', { email: 'TAKEN@X.test' }, { email: ['Email already exists'] }],
    ['a username of 2 characters', { username: 'ab' }, { username: [NAME_RULE] }],
    ['a username of 31 characters', { username: 'a'.repeat(31) }, { username: [NAME_RULE] }],
    ['a username with a slash', { username: 'a/../b' }, { username: [NAME_RULE] }],
    ['a username with a line break', { username: 'abc\r\nX: y' }, { username: [NAME_RULE] }],
    ['a username that ends in a line break', { username: 'abc\n' }, { username: [NAME_RULE] }],
    ['a username beyond ASCII', { username: 'älice' }, { username: [NAME_RULE] }],
    ['a username that begins with a dot', { username: '..a' }, { username: [NAME_RULE] }],
    ['an empty username', { username: '' }, { username: [NAME_RULE] }],
    ['an email without @', { email: 'nowhere' }, { email: ['Email is not an address'] }],
    ['an email with a space', { email: 'a b@x.test' }, { email: ['Email is not an address'] }],
    ['an email of 255 characters', { email: `${'a'.repeat(248)}@x.test` }, { email: ['Email is not an address'] }],
    ['a password of 5 characters', { password: '12345' }, { password: [PASSWORD_RULE] }],
    ['a password of 129 characters', { password: 'x'.repeat(129) }, { password: [PASSWORD_RULE] }],
    ['an unknown kind', { kind: 'robot' }, { kind: ['Kind must be one of the following values: person, service'] }],
    ['an unknown role', { role: 'root' }, { role: ['Role must be one of the following values: member, admin'] }],
    ['an unknown field', { is_admin: true }, { is_admin: ['Property is_admin should not exist'] }],
  ])('refuses %s', async (_, changes, problems) => {
    const { status, body } = await api.admin.post('/users', input(changes));
    expect(status).toBe(400);
    expect(body).toEqual(problems);
  });

  it('names every field of a wrong type, with one message each', async () => {
    const { status, body } = await api.admin.post('/users', {
      username: 1,
      email: [],
      password: {},
      kind: 2,
      role: [],
    });
    expect(status).toBe(400);
    expect(body).toEqual({
      username: ['Username must be a string'],
      email: ['Email must be a string'],
      password: ['Password must be a string'],
      kind: ['Kind must be one of the following values: person, service'],
      role: ['Role must be one of the following values: member, admin'],
    });
  });

  it('names every field with a bad value, with one message each', async () => {
    const { status, body } = await api.admin.post('/users', { username: '-', email: '-', password: '-' });
    expect(status).toBe(400);
    expect(body).toEqual({ username: [NAME_RULE], email: ['Email is not an address'], password: [PASSWORD_RULE] });
  });

  it('demands a username and an email', async () => {
    const { status, body } = await api.admin.post('/users', {});
    expect(status).toBe(400);
    expect(body).toEqual({ username: ['Username must be a string'], email: ['Email must be a string'] });
  });

  it('gives nothing to who tampers with prototypes', async () => {
    const raw = Buffer.from('{"username":"proto","email":"proto@x.test","__proto__":{"role":"admin"}}');
    const { body } = await api.admin.call('POST', '/users', { raw, headers: { 'Content-Type': 'application/json' } });
    expect(body).toEqual(accountBody('proto'));
  });

  it('lets one of two racing requests for a name win', async () => {
    const same = { username: 'racer', email: 'racer@x.test' };
    const answers = await Promise.all([api.admin.post('/users', same), api.admin.post('/users', same)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400]);
  });

  it('is for admins', async () => {
    const { status, headers, body } = await (await newUser(api.admin)).post('/users', input());
    expect(status).toBe(403);
    expect(body).toEqual({ message: 'Only a user with the role admin may do this' });
    expect(headers.get('www-authenticate')).toBeNull();
  });

  it('leaves nothing of a request that it refuses', async () => {
    const before = await rows('SELECT count(*) FROM users');
    await api.admin.post('/users', input({ email: 'taken@x.test', password: 'long enough' }));
    expect(await rows('SELECT count(*) FROM users')).toEqual(before);
  });
});
