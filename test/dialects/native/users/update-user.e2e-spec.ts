import { Database } from '#platform/database';
import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser } from '../../../support/builders.js';

const ADMINS_ONLY = { message: 'Only a user with the role admin may do this' };

describe('PATCH /users/:username', () => {
  let api: TestApi;
  let user: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    user = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const passwordHash = async (): Promise<string | null | undefined> => {
    const [row] = await api.app
      .get(Database, { strict: false })
      .query<{ password_hash: string | null }>('SELECT password_hash FROM users WHERE username = $1', [user.username]);
    return row?.password_hash;
  };

  it('lets users change their own email and password', async () => {
    const { status, body } = await user.patch(`/users/${user.username}`, { email: 'new@x.test', password: 'secret' });
    expect(status).toBe(200);
    expect(body).toEqual(accountBody(user.username, { email: 'new@x.test' }));
    expect(await passwordHash()).toMatch(/^\$argon2id\$/);
  });

  it('lets an admin change everything that can change, and changes nothing else', async () => {
    const { body: before } = await api.admin.get(`/users/${user.username}`);
    const { status, body } = await api.admin.patch(`/users/${user.username}`, { role: 'admin' });
    expect(status).toBe(200);
    expect(body).toEqual({ ...(before as object), role: 'admin', updated_at: expect.any(String) });
    expect((await user.post('/users', { username: 'by-new-admin', email: 'n@x.test' })).status).toBe(201);
  });

  it('takes a password away with null', async () => {
    await user.patch(`/users/${user.username}`, { password: 'secret' });
    expect((await user.patch(`/users/${user.username}`, { password: null })).status).toBe(200);
    expect(await passwordHash()).toBeNull();
  });

  it('changes only what it names', async () => {
    await user.patch(`/users/${user.username}`, { password: 'secret' });
    const { body: before } = await user.get(`/users/${user.username}`);
    const { status, body } = await user.patch(`/users/${user.username}`, {});
    expect(status).toBe(200);
    expect(body).toEqual({ ...(before as object), updated_at: expect.any(String) });
    expect(await passwordHash()).toMatch(/^\$argon2id\$/);
  });

  it.each([{ role: 'admin' }, { role: 'member' }, { disabled: true }, { disabled: false }])(
    'does not let a member set %j on itself',
    async (changes) => {
      const { status, body } = await user.patch(`/users/${user.username}`, changes);
      expect(status).toBe(403);
      expect(body).toEqual(ADMINS_ONLY);
      expect((await user.get(`/users/${user.username}`)).body).toEqual(accountBody(user.username));
    },
  );

  it('does not let a member change anybody else', async () => {
    const other = await newUser(api.admin);
    const { status, body } = await user.patch(`/users/${other.username}`, { email: 'mine@x.test' });
    expect(status).toBe(403);
    expect(body).toEqual(ADMINS_ONLY);
    expect((await user.get(`/users/${other.username}`)).body).toEqual(accountBody(other.username));
  });

  it.each([
    [{ email: 'ADMIN@localhost' }, { email: ['Email already exists'] }],
    [{ email: 'nowhere' }, { email: ['Email is not an address'] }],
    [{ password: 'short' }, { password: ['Password must be between 6 and 128 characters in length'] }],
    [{ password: '' }, { password: ['Password must be between 6 and 128 characters in length'] }],
    [{ email: null }, { email: ['Email must be a string'] }],
    [{ username: 'other' }, { username: ['Property username should not exist'] }],
    [{ kind: 'service' }, { kind: ['Property kind should not exist'] }],
    [{ id: 1 }, { id: ['Property id should not exist'] }],
    [
      { email: 5, password: true, disabled: 'yes', role: 1 },
      {
        email: ['Email must be a string'],
        password: ['Password must be a string'],
        disabled: ['Disabled must be a boolean value'],
        role: ['Role must be one of the following values: member, admin'],
      },
    ],
  ])('refuses %j', async (changes, problems) => {
    const { status, body } = await api.admin.patch(`/users/${user.username}`, changes);
    expect(status).toBe(400);
    expect(body).toEqual(problems);
    expect((await user.get(`/users/${user.username}`)).body).toEqual(accountBody(user.username));
  });

  it('answers 404 for nobody, also to members', async () => {
    for (const caller of [api.admin, user]) {
      const { status, body } = await caller.patch('/users/nobody', { email: 'x@x.test' });
      expect(status).toBe(404);
      expect(body).toEqual({ message: 'Not Found' });
    }
  });
});
