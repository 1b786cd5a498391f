import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../support/api.js';
import { expectStatus, newNamespace, newUser, pushImage, type TestUser, unique } from '../support/builders.js';
import { interleave } from '../support/interleave.js';
import type { Answer } from '../support/native-client.js';
import { newServiceAccount } from '../support/service-accounts.js';
import { newMember, newTeam, putMember } from '../support/teams.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

type Change = () => Promise<Answer>;

/** A deletion, and a change that leans on what it deletes. */
interface Race {
  readonly deletion: Change;
  readonly change: Change;
}

/** Rows that lean on an account which is gone. */
const DEAD = `
  SELECT 'binding' AS what FROM bindings b JOIN users u ON u.id = b.subject_id WHERE u.deleted_at IS NOT NULL
  UNION ALL SELECT 'member' FROM team_members m JOIN users u ON u.id = m.user_id WHERE u.deleted_at IS NOT NULL
  UNION ALL SELECT 'invite' FROM invites i JOIN users u ON u.id IN (i.invitee_id, i.inviter_id) WHERE u.deleted_at IS NOT NULL
  UNION ALL SELECT 'account' FROM users a JOIN users u ON u.id = a.owner_id WHERE u.deleted_at IS NOT NULL AND a.deleted_at IS NULL`;

describe('a change that leans on something which is deleted at the same moment', () => {
  let api: TestApi;
  let owner: TestUser;
  let guest: TestUser;
  let tree: string;
  beforeAll(async () => {
    api = await startTestApi();
  });
  beforeEach(async () => {
    [owner, guest, tree] = [await newUser(api.admin), await newUser(api.admin), unique('tree')];
    await newNamespace(owner, tree);
  });
  afterAll(() => api.close());

  const deleteTree = (): Promise<Answer> => owner.delete(`/n/${owner.username}/${tree}`);
  const deleteGuest = (): Promise<Answer> => api.admin.delete(`/users/${guest.username}`);
  const bind = (subject: object, target: object = { namespace: tree }): Promise<Answer> =>
    owner.post('/bindings', { role: 'reader', subject, ...target });
  const toGuest = (): object => ({ user: guest.username });
  const invite = (): Promise<Answer> =>
    owner.post(`/n/${owner.username}/${tree}/-/invites`, { handle: guest.username, role: 'reader' });
  const invited = async (): Promise<Change> => {
    const { id } = expectStatus(await invite(), 201).body as { id: number };
    return () => guest.patch(`/invites/${id}`, {});
  };
  const teamToDelete = async (): Promise<{ team: string; deletion: Change }> => {
    const team = await newTeam(api.admin);
    return { team, deletion: () => api.admin.delete(`/teams/${team}`) };
  };

  const races: Record<string, () => Promise<Race>> = {
    'a role bound on a namespace': async () => ({ deletion: deleteTree, change: () => bind(toGuest()) }),
    'a role bound on an image': async () => {
      const { id } = await pushImage(owner, `name=disk&namespace=${tree}`);
      const deletion = (): Promise<Answer> => owner.delete(`/images/${id}`);
      return { deletion, change: () => bind(toGuest(), { image: String(id) }) };
    },
    'a role bound to a user': async () => ({ deletion: deleteGuest, change: () => bind(toGuest()) }),
    'a role bound to a user who has one': async () => {
      expectStatus(await api.admin.post('/bindings', { role: 'auditor', subject: toGuest() }), 201);
      return { deletion: deleteGuest, change: () => bind(toGuest()) };
    },
    'a role bound to a team': async () => {
      const { team, deletion } = await teamToDelete();
      return { deletion, change: () => bind({ team }) };
    },
    'a role bound to a service account': async () => {
      const user = await newServiceAccount(owner, tree);
      await newNamespace(owner, 'other');
      return { deletion: deleteTree, change: () => bind({ user }, { namespace: 'other' }) };
    },
    'a role of a tree': async () => ({
      deletion: deleteTree,
      change: () => owner.post('/roles', { name: unique('role'), scopes: ['image:read'], namespace: tree }),
    }),
    'an invite to a tree': async () => ({ deletion: deleteTree, change: invite }),
    'an invite that is accepted, to a tree': async () => ({ deletion: deleteTree, change: await invited() }),
    'an invite that is accepted, of a user': async () => ({ deletion: deleteGuest, change: await invited() }),
    'a member of a team': async () => {
      const team = await newTeam(api.admin);
      return { deletion: deleteGuest, change: () => putMember(api.admin, team, guest.username, 'member') };
    },
  };
  const NAMES = Object.keys(races);

  it.each(NAMES)('comes too late, and finds nothing, after it: %s', async (name) => {
    const { deletion, change } = await races[name]();
    const [gone, late] = await interleave(api, deletion, change);
    expect(gone).toMatchObject({ status: 204, body: undefined });
    expect(late).toMatchObject(NOT_FOUND);
    expect(await dead()).toEqual([]);
  });

  it.each(NAMES)('is made, and goes with it, before it: %s', async (name) => {
    const { deletion, change } = await races[name]();
    const [made, gone] = await interleave(api, change, deletion);
    expect([200, 201]).toContain(made?.status);
    expect(gone).toMatchObject({ status: 204, body: undefined });
    expect(await dead()).toEqual([]);
  });

  const dead = (): Promise<object[]> => api.app.get(Database, { strict: false }).query(DEAD);
});
