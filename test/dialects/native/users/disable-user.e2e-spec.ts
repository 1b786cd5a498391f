import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';

describe('disabling a user', () => {
  let api: TestApi;
  let user: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    user = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const setDisabled = (disabled: boolean): Promise<unknown> =>
    api.admin.patch(`/users/${user.username}`, { disabled }).then(({ body }) => body);

  it('kills their tokens at once, however lately they were used, and enabling revives them', async () => {
    expect((await user.get('/user')).status).toBe(200);
    await setDisabled(true);
    expect((await user.get('/user')).status).toBe(401);
    await setDisabled(false);
    expect((await user.get('/user')).status).toBe(200);
  });

  it('says since when, which disabling again does not change', async () => {
    const disabled = accountBody(user.username, { disabled: true, disabled_at: expect.stringMatching(TIME) });
    const first = (await setDisabled(true)) as { disabled_at: string };
    expect(first).toEqual(disabled);
    expect(((await setDisabled(true)) as { disabled_at: string }).disabled_at).toBe(first.disabled_at);
    expect(await setDisabled(false)).toEqual(accountBody(user.username));
  });

  it('takes nothing from them', async () => {
    const image = await pushImage(user, 'name=kept');
    await setDisabled(true);
    expect((await api.admin.get(`/images/${image.id}`)).status).toBe(200);
    await setDisabled(false);
    expect((await user.pull(`/images/${image.id}/file`)).equals(image.bytes)).toBe(true);
  });

  it('keeps their names taken', async () => {
    await setDisabled(true);
    const { status, body } = await api.admin.post('/users', { username: user.username, email: 'else@x.test' });
    expect(status).toBe(400);
    expect(body).toEqual({ username: ['Username already exists'] });
  });
});
