import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, pushImage, type TestUser, withScopes } from '../../../support/builders.js';

describe('GET /access and GET /images/:image/access', () => {
  let api: TestApi;
  let owner: TestUser;
  let guest: TestUser;
  let image: number;
  let binding: number;
  beforeAll(async () => {
    api = await startTestApi();
    [owner, guest] = [await newUser(api.admin, 'owner'), await newUser(api.admin, 'guest')];
    await newTree(owner, 'tree/below');
    image = (await pushImage(owner, 'name=disk&namespace=tree/below')).id;
    const given = await owner.post('/bindings', { role: 'writer', subject: { user: 'guest' }, namespace: 'tree' });
    binding = (expectStatus(given, 201).body as { id: number }).id;
  });
  afterAll(() => api.close());

  const NOTHING = { role: null, binding: null, team: null, namespace: null, image: null, visibility: null };
  const byBinding = (): object => ({ ...NOTHING, kind: 'binding', role: 'writer', binding, namespace: 'tree@owner' });
  const target = (): string => `target=image:${image}`;
  const reference = 'owner/tree/below/disk:latest';

  it('names the binding, the role and the namespace that it came from', async () => {
    const body = {
      allowed: true,
      scope: 'image:write',
      user: 'guest',
      target: `image:${reference}`,
      because: [byBinding()],
      missing: null,
    };
    for (const client of [owner, guest, api.admin]) {
      expect(await client.get(`/access?user=guest&scope=image:write&${target()}`)).toMatchObject({ status: 200, body });
    }
    expect((await guest.get(`/access?scope=image:write&target=image:${encodeURIComponent(reference)}`)).body).toEqual(
      body,
    );
  });

  it('says what is missing: a role, or a scope of the token', async () => {
    const answer = await owner.get(`/access?user=guest&scope=image:delete&${target()}`);
    expect(answer.body).toMatchObject({
      allowed: false,
      because: [],
      missing: `No role of guest or of their teams grants image:delete on image:${reference}`,
    });
    const weak = await withScopes(guest, 'role:read', 'image:read');
    expect((await weak.get(`/access?scope=image:write&${target()}`)).body).toMatchObject({
      allowed: false,
      because: [byBinding()],
      missing: 'Your token does not have the scope image:write',
    });
    expect((await guest.get('/access?scope=audit:read')).body).toMatchObject({ allowed: false, target: 'global' });
    expect((await api.admin.get('/access?scope=audit:read')).body).toMatchObject({ allowed: true });
  });

  it('keeps others’ rights from who may not read roles there, and targets from who may not see them', async () => {
    const stranger = await newUser(api.admin);
    expect((await guest.get(`/access?user=owner&scope=image:read&${target()}`)).status).toBe(403);
    expect((await guest.get('/access?user=owner&scope=image:read')).status).toBe(403);
    expect((await stranger.get(`/access?scope=image:read&${target()}`)).status).toBe(404);
    expect((await owner.get(`/access?user=nobody&scope=image:read&${target()}`)).status).toBe(404);
    expect((await owner.get('/access?scope=image:read&target=image:none')).status).toBe(404);
    expect((await guest.get(`/images/${image}/access`)).status).toBe(403);
    expect((await stranger.get(`/images/${image}/access`)).status).toBe(404);
  });

  it.each([
    ['scope=image:fly', { scope: [expect.stringMatching(/^Unknown scope: image:fly/)] }],
    [
      'scope=image:read&target=disk',
      { target: ['Target must be image:<id or reference> or namespace:<path[@owner]>'] },
    ],
  ])('refuses %s', async (query, problems) => {
    expect(await owner.get(`/access?${query}`)).toMatchObject({ status: 400, body: problems });
  });

  it('lists everybody who may read, write or delete an image, page by page, and what anybody may', async () => {
    const all = ['image:read', 'image:write', 'image:delete'];
    const entry = (user: string, scopes: string[], reason: object): object => ({
      user,
      scopes,
      because: scopes.map((scope) => ({ scope, ...reason })),
    });
    const admin = entry('admin', all, { ...NOTHING, kind: 'admin', role: 'admin' });
    const others = [
      entry('guest', ['image:read', 'image:write'], byBinding()),
      entry('owner', all, { ...NOTHING, kind: 'owner' }),
    ];
    expect((await owner.get(`/images/${image}/access`)).body).toEqual([admin, ...others]);
    const first = await owner.get(`/images/${image}/access?limit=1`);
    expect(first.body).toEqual([admin]);
    expect(first.headers.get('link')).toContain('rel="next"');
    expect((await owner.get(`/images/${image}/access?limit=1&page=2`)).body).toEqual([others[0]]);
    expectStatus(await owner.patch(`/images/${image}`, { visibility: 'public' }), 200);
    const [anybody] = (await owner.get(`/images/${image}/access`)).body as object[];
    expect(anybody).toEqual({
      user: null,
      scopes: ['image:read'],
      because: [{ scope: 'image:read', ...NOTHING, kind: 'visibility', visibility: 'public' }],
    });
  });
});
