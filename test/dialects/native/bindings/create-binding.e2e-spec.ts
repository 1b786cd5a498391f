import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  expectStatus,
  newTree,
  newUser,
  pushImage,
  type TestUser,
  unique,
  withScopes,
} from '../../../support/builders.js';
import { TIME } from '../../../support/image-body.js';
import type { Answer } from '../../../support/native-client.js';

describe('POST /bindings', () => {
  let api: TestApi;
  let owner: TestUser;
  let guest: TestUser;
  let image: number;
  beforeAll(async () => {
    api = await startTestApi();
    [owner, guest] = [await newUser(api.admin, 'owner'), await newUser(api.admin, 'guest')];
    await newTree(owner, 'tree/below');
    image = (await pushImage(owner, 'name=disk&namespace=tree/below')).id;
  });
  afterAll(() => api.close());

  const toGuest = (role: string | number, target: object = {}): object => ({
    role,
    subject: { user: 'guest' },
    ...target,
  });
  const idOf = ({ body }: Answer): number => (body as { id: number }).id;
  const NOT_FOUND = { message: 'Not Found' };

  async function status(client: TestUser, path = `/images/${image}`): Promise<number> {
    return (await client.get(path)).status;
  }

  it('gives a role on a namespace and all below, until it is deleted', async () => {
    expect(await status(guest)).toBe(404);
    const answer = await owner.post('/bindings', toGuest('reader', { namespace: 'tree' }));
    expect(answer.status).toBe(201);
    expect(answer.headers.get('location')).toBe(`${api.url}/bindings/${idOf(answer)}`);
    expect(answer.body).toEqual({
      id: expect.any(Number),
      role: { id: expect.any(Number), name: 'reader' },
      subject: { user: 'guest' },
      namespace: 'tree@owner',
      image: null,
      image_id: null,
      created_by: 'owner',
      created_at: expect.stringMatching(TIME),
      expires_at: null,
    });
    expect(await status(guest)).toBe(200);
    expect((await guest.get(`/bindings/${idOf(answer)}`)).body).toEqual(answer.body);
    expect((await guest.delete(`/bindings/${idOf(answer)}`)).status).toBe(403);
    expect((await owner.delete(`/bindings/${idOf(answer)}`)).status).toBe(204);
    expect(await status(guest)).toBe(404);
  });

  it('gives a role on one image, and on nothing beside it', async () => {
    const other = (await pushImage(owner, 'name=other&namespace=tree/below')).id;
    const answer = expectStatus(
      await owner.post('/bindings', toGuest('reader', { image: 'owner/tree/below/disk' })),
      201,
    );
    expect(answer.body).toMatchObject({ namespace: null, image: 'owner/tree/below/disk:latest', image_id: image });
    expect([await status(guest), await status(guest, `/images/${other}`)]).toEqual([200, 404]);
    expectStatus(await owner.delete(`/bindings/${idOf(answer)}`), 204);
  });

  it('gives a role everywhere, if an admin says so', async () => {
    expect((await owner.post('/bindings', toGuest('reader'))).status).toBe(403);
    const answer = expectStatus(await api.admin.post('/bindings', toGuest('auditor')), 201);
    expect(await status(guest)).toBe(200);
    expectStatus(await api.admin.delete(`/bindings/${idOf(answer)}`), 204);
  });

  it('refuses more than the grantor holds, by their roles or by their token', async () => {
    const lead = await newUser(api.admin);
    const pusher = { name: unique('role'), scopes: ['role:write', 'image:read', 'namespace:read'], namespace: 'tree' };
    const role = idOf(expectStatus(await owner.post('/roles', pusher), 201));
    const subject = { user: lead.username };
    expectStatus(await owner.post('/bindings', { role, subject, namespace: 'tree/below' }), 201);
    const give = (name: string, namespace: string): Promise<Answer> =>
      lead.post('/bindings', toGuest(name, { namespace }));
    expect(await give('writer', 'tree/below@owner')).toMatchObject({
      status: 403,
      body: { message: 'You cannot grant what you do not hold: image:write' },
    });
    expect((await give('reader', 'tree@owner')).status).toBe(404);
    const allowed = expectStatus(await give('reader', 'tree/below@owner'), 201);
    expectStatus(await owner.delete(`/bindings/${idOf(allowed)}`), 204);
    const weak = await withScopes(owner, 'role:write', 'image:read');
    expect(await weak.post('/bindings', toGuest('reader', { namespace: 'tree' }))).toMatchObject({
      status: 403,
      body: { message: 'You cannot grant what you do not hold: namespace:read' },
    });
  });

  it('ends with what the grantor holds, and refuses to outlive it', async () => {
    const lead = await newUser(api.admin);
    const held = expectStatus(
      await owner.post('/bindings', {
        role: 'owner',
        subject: { user: lead.username },
        namespace: 'tree',
        expires_in: 3600,
      }),
      201,
    ).body as { expires_at: string };
    const forever = toGuest('reader', { namespace: 'tree@owner', expires_at: '2999-01-01' });
    expect((await lead.post('/bindings', forever)).status).toBe(403);
    const answer = expectStatus(await lead.post('/bindings', toGuest('reader', { namespace: 'tree@owner' })), 201);
    expect(answer.body).toMatchObject({ expires_at: held.expires_at });
    expect((await lead.patch(`/bindings/${idOf(answer)}`, { expires_at: null })).status).toBe(403);
    expect((await owner.patch(`/bindings/${idOf(answer)}`, { expires_at: null })).body).toMatchObject({
      expires_at: null,
    });
    expectStatus(await owner.delete(`/bindings/${idOf(answer)}`), 204);
  });

  it('tells nothing of what is not there or not to be seen', async () => {
    const role = idOf(
      expectStatus(await owner.post('/roles', { name: unique('r'), scopes: ['image:read'], namespace: 'tree' }), 201),
    );
    await newTree(guest, 'mine');
    for (const [client, body] of [
      [guest, toGuest('reader', { namespace: 'tree@owner' })],
      [guest, toGuest('reader', { image })],
      [guest, toGuest('reader', { namespace: 'nowhere' })],
      [guest, toGuest(role, { namespace: 'mine' })],
      [owner, toGuest('no-such-role', { namespace: 'tree' })],
      [owner, { role: 'reader', subject: { user: 'nobody' }, namespace: 'tree' }],
      [owner, { role: 'reader', subject: { team: 'guest' }, namespace: 'tree' }],
    ] as const) {
      const { status: code, body: answer } = await client.post('/bindings', body);
      expect({ body, code, answer }).toEqual({ body, code: 404, answer: NOT_FOUND });
    }
  });

  it.each([
    [{ subject: {} }, { subject: ['Subject must be {"user": name} or {"team": name}'] }],
    [{ subject: { user: 'guest', team: 'x' } }, { subject: ['Subject must be {"user": name} or {"team": name}'] }],
    [{ expires_at: '2001-01-01' }, { expires_at: ['Expires_at has passed'] }],
    [{ expires_at: 'soon' }, { expires_at: ['Expires_at must be an ISO 8601 time, such as 2030-01-31T12:00:00Z'] }],
    [{ image: '1' }, { image: ['Name a namespace or an image, not both'] }],
    [{ role: 'admin' }, { role: [expect.stringContaining('user:delete')] }],
  ])('refuses %j and leaves nothing behind', async (changes, problems) => {
    const before = (await owner.get('/bindings')).body;
    const answer = await owner.post('/bindings', { ...toGuest('reader', { namespace: 'tree' }), ...changes });
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: problems });
    expect((await owner.get('/bindings')).body).toEqual(before);
  });

  it('refuses a double', async () => {
    const body = toGuest('writer', { namespace: 'tree' });
    const { id } = expectStatus(await owner.post('/bindings', body), 201).body as { id: number };
    expect(await owner.post('/bindings', body)).toMatchObject({
      status: 409,
      body: { message: 'The subject has this role there already' },
    });
    expectStatus(await owner.delete(`/bindings/${id}`), 204);
  });

  it('lists by filter what one holds or may read, and nothing else', async () => {
    const stranger = await newUser(api.admin);
    const { body } = expectStatus(
      await owner.post('/bindings', toGuest('maintainer', { namespace: 'tree/below' })),
      201,
    );
    for (const query of ['namespace=tree/below%40owner&role=maintainer', 'subject=guest&role=maintainer']) {
      for (const client of [owner, guest, api.admin])
        expect((await client.get(`/bindings?${query}`)).body).toEqual([body]);
      expect((await stranger.get(`/bindings?${query}`)).body).toEqual([]);
    }
    expect((await stranger.get(`/bindings/${(body as { id: number }).id}`)).status).toBe(404);
  });
});
