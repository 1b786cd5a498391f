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
import { putMember, newTeam } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('a transfer hands over all that an owner holds', () => {
  let api: TestApi;
  let owner: TestUser;
  let root: string;
  let image: number;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    owner = await newUser(api.admin);
    root = unique('tree');
    await newTree(owner, root);
    image = (await pushImage(owner, `name=disk&namespace=${root}`)).id;
  });
  afterAll(() => api.close());

  /** A user with a role of some scopes everywhere. */
  async function newOperator(...scopes: string[]): Promise<TestUser> {
    const [user, name] = [await newUser(api.admin), unique('operator')];
    expectStatus(await api.admin.post('/roles', { name, scopes }), 201);
    expectStatus(await api.admin.post('/bindings', { role: name, subject: { user: user.username } }), 201);
    return user;
  }

  const tree = (): string => `/n/${owner.username}/${root}/-/transfer`;

  it('so that an operator of fewer scopes takes nobody’s tree or image', async () => {
    const operator = await newOperator('namespace:read', 'namespace:write', 'image:read', 'image:write');
    for (const path of [tree(), `/images/${image}/transfer`]) {
      const { status, body } = await changingNothing(api, () => operator.post(path, { to: operator.username }));
      expect([path, status, body]).toEqual([
        path,
        403,
        { message: expect.stringMatching(/^You cannot grant what you do not hold: image:delete, /) as string },
      ]);
    }
  });

  it('so that an owner’s token of fewer scopes gives nothing away', async () => {
    const team = await newTeam(api.admin);
    expectStatus(await putMember(api.admin, team, owner.username, 'member'), 200);
    const weak = await withScopes(owner, 'namespace:read', 'namespace:write', 'image:read', 'image:write');
    for (const path of [tree(), `/images/${image}/transfer`]) {
      expect((await changingNothing(api, () => weak.post(path, { to: team }))).status).toBe(403);
    }
    expect((await owner.post(tree(), { to: team })).status).toBe(200);
  });

  it('so that an operator with all of an owner’s scopes may', async () => {
    const scopes = [
      ...['image:read', 'image:write', 'image:delete', 'namespace:read', 'namespace:write', 'namespace:delete'],
      ...['invite:read', 'invite:write', 'invite:delete', 'role:read', 'role:write', 'role:delete', 'quota:read'],
    ];
    const operator = await newOperator(...scopes);
    expect((await operator.post(tree(), { to: operator.username })).status).toBe(200);
  });
});
