import fc from 'fast-check';
import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../support/api.js';
import { newUser, type TestUser } from '../../support/builders.js';
import type { NativeClient } from '../../support/native-client.js';
import { ACTIONS, Stage } from './visibility-actions.js';
import { type Asker, VisibilityModel } from './visibility-model.js';

/** What everybody sees: ids of the images they get by id, of those in their list, and of those with public ones. */
type View = Readonly<
  Record<string, { readonly read: number[]; readonly own: number[]; readonly withPublic: number[] }>
>;

describe('whatever happens to trees, collaborations and images', () => {
  let api: TestApi;
  let members: TestUser[];
  let askers: readonly (readonly [Asker, NativeClient])[];
  beforeAll(async () => {
    api = await startTestApi();
    members = [await newUser(api.admin), await newUser(api.admin), await newUser(api.admin), await newUser(api.admin)];
    askers = [...members.entries(), ['admin', api.admin], ['anonymous', api.anonymous]];
  });
  afterAll(() => api.close());

  const startAfresh = (): Promise<unknown> =>
    api.app.get(Database, { strict: false }).query('WITH gone AS (DELETE FROM images) DELETE FROM namespaces');

  /** The whole list, page by page. */
  async function listAll(client: NativeClient, query: string): Promise<number[]> {
    const ids: number[] = [];
    for (let path: string | undefined = `/images?${query}`; path !== undefined;) {
      const { headers, body } = await client.get(path);
      ids.push(...(body as { id: number }[]).map(({ id }) => id));
      path = /<([^>]*)>; rel="next"/.exec(headers.get('link') ?? '')?.[1]?.slice(api.url.length);
    }
    return ids;
  }

  async function readable(client: NativeClient, ids: readonly number[]): Promise<number[]> {
    const answers = await Promise.all(ids.map((id) => client.get(`/images/${id}`)));
    return ids.filter((_, index) => answers[index]?.status === 200);
  }

  async function actualView(model: VisibilityModel, limit: number): Promise<View> {
    const ids = [...model.images].map(({ id }) => id);
    const entries = askers.map(async ([asker, client]) => {
      const lists =
        asker === 'anonymous'
          ? [[], []]
          : await Promise.all([false, true].map((all) => listAll(client, `limit=${limit}&include_public=${all}`)));
      const [own = [], withPublic = []] = lists;
      return [String(asker), { read: await readable(client, ids), own, withPublic }] as const;
    });
    return Object.fromEntries(await Promise.all(entries));
  }

  function expectedView(model: VisibilityModel): View {
    return Object.fromEntries(
      askers.map(([asker]) => {
        const read = [...model.images].filter((image) => model.mayRead(asker, image)).map(({ id }) => id);
        const lists =
          asker === 'anonymous'
            ? { own: [], withPublic: [] }
            : { own: model.list(asker, false), withPublic: model.list(asker, true) };
        return [String(asker), { read, ...lists }];
      }),
    );
  }

  it('everybody reads and lists just the images that a plain model of the rules gives them', async () => {
    const history = fc.array(ACTIONS, { minLength: 20, maxLength: 60, size: 'max' });
    const endMs = performance.now() + 30_000; // each run ends by itself: one that is given up would go on while the api closes
    await fc.assert(
      fc.asyncProperty(history, fc.integer({ min: 2, max: 9 }), async (actions, limit) => {
        if (performance.now() > endMs) return;
        await startAfresh();
        const model = new VisibilityModel();
        const stage = new Stage(members, model);
        for (const action of actions) await stage.act(action);
        expect(await actualView(model, limit)).toEqual(expectedView(model));
      }),
      { numRuns: 15 },
    );
  });
});
