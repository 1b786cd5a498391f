import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../support/api.js';
import { beginPush } from '../support/begun-push.js';
import {
  distinctImage,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../support/builders.js';
import { interleave } from '../support/interleave.js';
import type { Answer } from '../support/native-client.js';
import { newServiceAccount } from '../support/service-accounts.js';
import { newMember, newTeam, putMember } from '../support/teams.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

const idOf = ({ body }: Answer): number => (body as { id: number }).id;

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
  UNION ALL SELECT 'image' FROM images i JOIN users u ON u.id IN (i.user_id, i.author_id) WHERE u.deleted_at IS NOT NULL
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
    await guest.get('/user'); // so that no note of its token's first use waits for a lock, too
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
  const dead = (): Promise<object[]> => api.app.get(Database, { strict: false }).query(DEAD);
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
    'the end of a binding that is deleted': async () => {
      const path = `/bindings/${idOf(expectStatus(await bind(toGuest()), 201))}`;
      return { deletion: () => owner.delete(path), change: () => owner.patch(path, { expires_at: '2999-01-01' }) };
    },
    'the end of a binding on a namespace': async () => {
      const path = `/bindings/${idOf(expectStatus(await bind(toGuest()), 201))}`;
      return { deletion: deleteTree, change: () => owner.patch(path, { expires_at: '2999-01-01' }) };
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
  const RACES = Object.entries(races);

  it.each(RACES)('comes too late, and finds nothing, after it: %s', async (_, prepare) => {
    const { deletion, change } = await prepare();
    const [gone, late] = await interleave(api, deletion, change);
    expect(gone).toMatchObject({ status: 204, body: undefined });
    expect(late).toMatchObject(NOT_FOUND);
    expect(await dead()).toEqual([]);
  });

  it.each(RACES)('is made, and goes with it, before it: %s', async (_, prepare) => {
    const { deletion, change } = await prepare();
    const [made, gone] = await interleave(api, change, deletion);
    expect([200, 201]).toContain(made?.status);
    expect(gone).toMatchObject({ status: 204, body: undefined });
    expect(await dead()).toEqual([]);
  });
  it('lets a push come to nothing whose author is deleted', async () => {
    expectStatus(await bindTo(guest, 'writer'), 201);
    const push = await beginPush(guest, `name=disk&namespace=${tree}@${owner.username}`, distinctImage('late'));
    const [gone, late] = await interleave<{ status: number }>(api, deleteGuest, () => push.finish());
    expect([gone?.status, late?.status]).toEqual([204, 404]);
    expect((await owner.get(`/images?search=disk`)).body).toEqual([]);
  });

  it('makes no image that waits for its bytes of who is gone, and keeps whose there is one', async () => {
    const image = { name: 'disk', download_url: 'https://images.example.com/disk.qcow2' };
    const [gone, late] = await interleave(api, deleteGuest, () => guest.post('/images', image));
    expect(gone).toMatchObject({ status: 204 });
    expect(late).toMatchObject(NOT_FOUND);
    const deleteOwner = (): Promise<Answer> => api.admin.delete(`/users/${owner.username}`);
    const [made, kept] = await interleave(api, () => owner.post('/images', image), deleteOwner);
    expect([made?.status, kept?.status]).toEqual([201, 409]);
    expect(await dead()).toEqual([]);
  });

  it('makes no service account for a team that is gone, and keeps a team that has one', async () => {
    const { team, deletion } = await teamToDelete();
    const make = (): Promise<Answer> => {
      const username = unique('robot');
      return api.admin.post('/users', { username, email: `${username}@x.test`, kind: 'service', team });
    };
    const other = await teamToDelete();
    const [gone, late] = await interleave(api, deletion, make);
    expect(gone).toMatchObject({ status: 204 });
    expect(late).toMatchObject({ status: 400, body: { team: ['No such team'] } });
    const username = unique('robot');
    const input = { username, email: `${username}@x.test`, kind: 'service', team: other.team };
    const [made, kept] = await interleave(api, () => api.admin.post('/users', input), other.deletion);
    expect([made?.status, kept?.status]).toEqual([201, 409]);
    expect(await dead()).toEqual([]);
  });

  const bindTo = ({ username }: TestUser, role: string): Promise<Answer> =>
    owner.post('/bindings', { role, subject: { user: username }, namespace: tree });
});

describe('roles given at the same moment', () => {
  let api: TestApi;
  let owner: TestUser;
  let team: string;
  beforeAll(async () => {
    api = await startTestApi();
    team = await newTeam(api.admin);
    owner = await newMember(api.admin, team, 'member');
  });
  afterAll(() => api.close());

  const bind = (role: string, subject: object, namespace: string): Promise<Answer> =>
    owner.post('/bindings', { role, subject, namespace });
  const transfer = (namespace: string): Promise<Answer> =>
    owner.post(`/n/${owner.username}/${namespace}/-/transfer`, { to: team });

  it('are both there, though they are the first of whom they are given to', async () => {
    const guest = await newUser(api.admin);
    await newNamespace(owner, 'both');
    const subject = { user: guest.username };
    const answers = await interleave(
      api,
      () => bind('reader', subject, 'both'),
      () => bind('writer', subject, 'both'),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
  });

  it('go with a tree that is transferred to whom they are given to', async () => {
    await newNamespace(owner, 'given');
    const answers = await interleave(
      api,
      () => bind('reader', { team }, 'given'),
      () => transfer('given'),
    );
    expect(answers.map(({ status }) => status)).toEqual([201, 200]);
  });

  it('are neither prolonged nor taken by who has transferred the tree', async () => {
    for (const verb of ['PATCH', 'DELETE']) {
      await newNamespace(owner, `lost-${verb}`);
      const path = `/bindings/${idOf(expectStatus(await bind('reader', { team }, `lost-${verb}`), 201))}`;
      const json = verb === 'PATCH' ? { json: { expires_at: '2999-01-01' } } : {};
      const [transferred, late] = await interleave(
        api,
        () => transfer(`lost-${verb}`),
        () => owner.call(verb, path, json),
      );
      expect([transferred?.status, late?.status]).toEqual([200, 403]);
    }
  });

  it('are not given by who has transferred the tree', async () => {
    await newNamespace(owner, 'lost');
    const [transferred, late] = await interleave(
      api,
      () => transfer('lost'),
      () => bind('reader', { team }, 'lost'),
    );
    expect(transferred).toMatchObject({ status: 200 });
    expect(late).toMatchObject({ status: 404, body: { message: 'Not Found' } });
  });
});
