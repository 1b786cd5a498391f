import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newTree, newUser, type TestUser, unique } from '../../../support/builders.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';
import { newMember, newTeam } from '../../../support/teams.js';
import { changingNothing } from '../../../support/whole-state.js';

const LIMIT = 2;
const full = (what: string): object => ({
  status: 409,
  body: {
    message:
      `${what} has its 2 service accounts, and may have no more; ` +
      'ask an admin to delete some, or the operator for a higher limit',
  },
});

describe('MAX_SERVICE_ACCOUNTS', () => {
  let api: TestApi;
  let alice: TestUser;
  let team: string;
  let lead: TestUser;
  beforeAll(async () => {
    api = await startTestApi({ env: { MAX_SERVICE_ACCOUNTS: String(LIMIT) } });
  });
  beforeEach(async () => {
    alice = await newUser(api.admin);
    team = await newTeam(api.admin);
    lead = await newMember(api.admin, team, 'lead');
  });
  afterAll(() => api.close());

  const make = (client: NativeClient, home: object, username = unique('robot')): Promise<Answer> =>
    client.post('/users', { username, email: `${username}@x.test`, kind: 'service', ...home });
  const times = <T>(count: number, work: (index: number) => Promise<T>): Promise<T[]> =>
    Promise.all(Array.from({ length: count }, (_, index) => work(index)));

  it('limits those of a team, whoever makes them, and counts no deleted ones', async () => {
    const username = unique('robot');
    expectStatus(await make(lead, { team }, username), 201);
    expectStatus(await make(lead, { team }), 201);
    for (const client of [lead, api.admin]) {
      expect(await changingNothing(api, () => make(client, { team }))).toMatchObject(full('The team'));
    }
    expectStatus(await make(api.admin, { team: await newTeam(api.admin) }), 201);
    expectStatus(await api.admin.delete(`/users/${username}`), 204);
    const again = await make(lead, { team }, username);
    expect([again.status, again.body]).toEqual([
      201,
      accountBody(username, { kind: 'service', owner_id: expect.any(Number) }),
    ]);
  });

  it('limits those of a tree, all its levels together, and counts no deleted ones', async () => {
    await newTree(alice, 'ci/nightly/old');
    await newTree(alice, 'other');
    expectStatus(await make(alice, { namespace: 'ci' }), 201);
    expectStatus(await make(alice, { namespace: 'ci/nightly/old' }), 201);
    for (const namespace of ['ci', 'ci/nightly', 'ci/nightly/old']) {
      const answer = await changingNothing(api, () => make(alice, { namespace }));
      expect(answer).toMatchObject(full('The namespace’s tree'));
    }
    expectStatus(await make(alice, { namespace: 'other' }), 201);
    expectStatus(await alice.delete(`/n/${alice.username}/ci/nightly`), 204);
    expectStatus(await make(alice, { namespace: 'ci' }), 201);
  });

  it('holds however many are made at once', async () => {
    await newTree(alice, 'ci/nightly');
    const [ofTeam, ofTree] = await Promise.all([
      times(6, () => make(lead, { team })),
      times(6, (index) => make(alice, { namespace: index % 2 === 0 ? 'ci' : 'ci/nightly' })),
    ]);
    for (const answers of [ofTeam, ofTree]) {
      expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 409, 409, 409, 409]);
    }
  });

  it('says nothing of people, and of accounts that belong to nobody', async () => {
    for (const answer of await times(LIMIT + 1, () => make(api.admin, {}))) expectStatus(answer, 201);
  });
});
