import { Database } from '#platform/database';
import { tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import { NativeClient } from '../../../support/native-client.js';

interface Issued {
  readonly id: number;
  readonly token: string;
}

describe('POST /tokens/:id/rotate with an overlap', () => {
  let api: TestApi;
  let user: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    user = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const mint = async (): Promise<Issued> =>
    (await user.post('/tokens', { name: 'test', scopes: ['image:read'] })).body as Issued;
  const rotate = async (id: number, json?: object): Promise<Issued> =>
    (await user.call('POST', `/tokens/${id}/rotate`, { json })).body as Issued;
  const works = async (...secrets: string[]): Promise<boolean[]> =>
    Promise.all(secrets.map(async (secret) => (await new NativeClient(api.url, secret).get('/images')).status === 200));

  it('keeps the old secret good beside the new one, and says until when', async () => {
    const { id, token: old } = await mint();
    const rotated = await rotate(id, { overlap: 3600 });
    expect(rotated).toEqual(tokenBody({ id, token: expect.any(String), previous_until: expect.stringMatching(TIME) }));
    expect(await works(old, rotated.token)).toEqual([true, true]);
    const { previous_until: until } = rotated as unknown as { previous_until: string };
    expect(Date.parse(until) - Date.now()).toBeGreaterThan(3_500_000);
  });

  it('ends when the old secret is retired', async () => {
    const { id, token: old } = await mint();
    const { token } = await rotate(id, { overlap: 3600 });
    expect((await user.delete(`/tokens/${id}/previous`)).status).toBe(204);
    expect(await works(old, token)).toEqual([false, true]);
    expect((await user.delete(`/tokens/${id}/previous`)).status).toBe(204);
  });

  it('ends when the time is over', async () => {
    const { id, token: old } = await mint();
    const { token } = await rotate(id, { overlap: 3600 });
    const database = api.app.get(Database, { strict: false });
    await database.query('UPDATE tokens SET previous_until = now() WHERE id = $1', [id]);
    expect(await works(old, token)).toEqual([false, true]);
  });

  it('keeps two secrets at most', async () => {
    const { id, token: first } = await mint();
    const { token: second } = await rotate(id, { overlap: 3600 });
    const { token: third } = await rotate(id, { overlap: 3600 });
    expect(await works(first, second, third)).toEqual([false, true, true]);
    const { token: fourth } = await rotate(id, { overlap: 0 });
    expect(await works(second, third, fourth)).toEqual([false, false, true]);
  });

  it('ends with the token', async () => {
    const { id, token: old } = await mint();
    const { token } = await rotate(id, { overlap: 3600 });
    expect((await user.delete(`/tokens/${id}`)).status).toBe(204);
    expect(await works(old, token)).toEqual([false, false]);
  });

  it.each([-1, 0.5, 2_592_001])('refuses an overlap of %d seconds, and changes nothing', async (overlap) => {
    const { id, token } = await mint();
    const { status, body } = await user.post(`/tokens/${id}/rotate`, { overlap });
    expect(status).toBe(400);
    expect(body).toEqual({ overlap: [expect.stringMatching(/^Overlap must be /)] });
    expect(await works(token)).toEqual([true]);
  });

  it('is for nobody else to end', async () => {
    const { id } = await mint();
    expect((await (await newUser(api.admin)).delete(`/tokens/${id}/previous`)).status).toBe(404);
  });
});
