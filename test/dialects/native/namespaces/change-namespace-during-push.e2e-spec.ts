import pg from 'pg';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { beginPush } from '../../../support/begun-push.js';
import {
  collaborate,
  distinctImage,
  expectStatus,
  newNamespace,
  newTree,
  newUser,
  type TestUser,
} from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';
import { takeWholeState, type WholeState } from '../../../support/whole-state.js';

const DENIED = { status: 400, body: { namespace: ['Namespace permission denied'] } };

describe('a namespace that changes while an image is pushed into it', () => {
  let api: TestApi;
  let alice: TestUser;
  let at: (path: string) => string;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    at = (path) => `/n/${alice.username}/${path}`;
  });
  afterAll(() => api.close());

  const publicNamespaces = async (): Promise<string[]> => {
    const images = (await api.admin.get('/images?include_public=true&limit=100')).body;
    return (images as { namespace: { path: string } }[]).map(({ namespace }) => namespace.path);
  };

  describe('between the first byte and the last', () => {
    it('is made anew, private, for its owner who has deleted it', async () => {
      await newTree(alice, 'anew/child', 'public');
      const push = await beginPush(alice, 'name=disk&namespace=anew/child', distinctImage('anew'));
      expectStatus(await alice.delete(at('anew')), 204);
      expect(await push.finish()).toMatchObject({
        status: 201,
        body: { namespace: { path: 'anew/child', visibility: 'private' } },
      });
    });

    /** What is there once Bob's push into it has failed; nothing of the push. */
    async function stateAfterFailedPush(path: string, meanwhile: () => Promise<Answer>): Promise<WholeState> {
      await collaborate(alice, path, bob, 'writer');
      const bytes = distinctImage(path);
      const { files } = await takeWholeState(api);
      const push = await beginPush(bob, `name=of-bob&namespace=${path}/new@${alice.username}`, bytes);
      expectStatus(await meanwhile(), 204);
      expect(await push.finish()).toMatchObject(DENIED);
      return eventually(async () => {
        const state = await takeWholeState(api);
        expect(state).toMatchObject({ files, rows: { uploads: [] } });
        return state;
      });
    }

    let bob: TestUser;
    beforeAll(async () => {
      bob = await newUser(api.admin);
    });

    it('is not made anew for a collaborator when its owner has deleted it', async () => {
      await newNamespace(alice, 'ended');
      const { rows } = await stateAfterFailedPush('ended', () => alice.delete(at('ended')));
      expect(rows.namespaces).not.toContainEqual(expect.objectContaining({ path: expect.stringContaining('ended') }));
      expect(rows.images).not.toContainEqual(expect.objectContaining({ name: 'of-bob' }));
    });

    it('takes no image of a collaborator who has been removed', async () => {
      await newNamespace(alice, 'kept');
      const path = `${at('kept')}/-/collaborators/${bob.username}`;
      const { rows } = await stateAfterFailedPush('kept', () => alice.delete(path));
      expect(rows.namespaces).not.toContainEqual(expect.objectContaining({ path: 'kept/new' }));
      expect(rows.images).not.toContainEqual(expect.objectContaining({ name: 'of-bob' }));
    });

    it('hides the image when it has been closed, and shows it when it has been opened', async () => {
      await newNamespace(alice, 'closing', 'public');
      await newNamespace(alice, 'opening');
      const [closing, opening] = [
        await beginPush(alice, 'name=disk&namespace=closing', distinctImage('closing')),
        await beginPush(alice, 'name=disk&namespace=opening', distinctImage('opening')),
      ];
      expectStatus(await alice.patch(at('closing'), { visibility: 'private' }), 200);
      expectStatus(await alice.patch(at('opening'), { visibility: 'public' }), 200);
      expect(await closing.finish()).toMatchObject({ status: 201, body: { namespace: { visibility: 'private' } } });
      expect(await opening.finish()).toMatchObject({ status: 201, body: { namespace: { visibility: 'public' } } });
      expect(await publicNamespaces()).toEqual(['opening']);
    });
  });

  describe('at the very moment when the image is to be entered', () => {
    let rival: pg.Client;
    beforeAll(async () => {
      rival = new pg.Client(api.databaseUrl);
      await rival.connect();
    });
    afterAll(() => rival.end());

    /** Does `request` while another transaction holds the tree, which changes it by `sql` as soon as the request waits. */
    async function overtaken(root: string, sql: string, request: () => Promise<Answer>): Promise<Answer> {
      await rival.query('BEGIN');
      await rival.query('SELECT FROM namespaces WHERE path = $1 FOR UPDATE', [root]);
      const answer = request();
      await eventually(async () => {
        const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
        expect((await rival.query(waiting)).rowCount).toBe(1);
      });
      await rival.query(sql);
      await rival.query('COMMIT');
      return answer;
    }

    const pushing = (client: NativeClient, path: string): Promise<Answer> =>
      client.push(`name=disk&namespace=${path}`, distinctImage(path));

    it('gets the image where it was deleted, and not its parent', async () => {
      await newTree(alice, 'parent/child');
      const sql = `DELETE FROM namespaces WHERE path = 'parent/child'`;
      const { status, body } = await overtaken('parent', sql, () => pushing(alice, 'parent/child'));
      expect(status).toBe(201);
      expect(body).toMatchObject({ reference: `${alice.username}/parent/child/disk:latest` });
    });

    it('gets the image where its whole tree was deleted', async () => {
      await newTree(alice, 'whole/tree');
      const sql = `DELETE FROM namespaces WHERE path = 'whole'`;
      const { status, body } = await overtaken('whole', sql, () => pushing(alice, 'whole/tree'));
      expect(status).toBe(201);
      expect(body).toMatchObject({ reference: `${alice.username}/whole/tree/disk:latest` });
    });

    it('makes the image public where it was opened', async () => {
      await newNamespace(alice, 'opened-late');
      const sql = `UPDATE namespaces SET visibility = 'public' WHERE path = 'opened-late'`;
      expectStatus(await overtaken('opened-late', sql, () => pushing(alice, 'opened-late')), 201);
      expect(await publicNamespaces()).toContain('opened-late');
    });

    it('gets no child where it was deleted itself', async () => {
      await newTree(alice, 'grandparent/father');
      const sql = `DELETE FROM namespaces WHERE path = 'grandparent/father'`;
      const request = (): Promise<Answer> =>
        alice.post('/namespaces', { name: 'orphan', parent: 'grandparent/father' });
      const { status, body } = await overtaken('grandparent', sql, request);
      expect({ status, body }).toEqual({ status: 400, body: { parent: ['Could not find parent'] } });
    });
  });

  it('is gone, or was made anew with the image, however a push and its deletion meet', async () => {
    for (let round = 0; round < 10; round += 1) {
      const path = `meeting${round}`;
      await newNamespace(alice, path);
      const [push, deletion] = await Promise.all([
        alice.push(`name=met${round}&namespace=${path}`, distinctImage(path)),
        alice.delete(at(path)),
      ]);
      expect([push.status, deletion.status]).toEqual([201, 204]);
      const { namespace } = (await alice.get(`/images/${(push.body as { id: number }).id}`)).body as {
        namespace: object | null;
      };
      expect((await alice.get(at(path))).status).toBe(namespace === null ? 404 : 200);
    }
  });
});
