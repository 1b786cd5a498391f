import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { mintToken, newTree, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { chutesBody, pushedBody } from '../../../support/chutes-body.js';
import { buildParts, ChutesClient } from '../../../support/chutes-client.js';

interface List {
  readonly total: number;
  readonly page: number;
  readonly limit: number;
  readonly items: readonly { readonly image_id: string; readonly name: string }[];
}

describe('GET /images/ (Chutes)', () => {
  let api: TestApi;
  let bob: TestUser;
  let eve: TestUser;
  let chutes: ChutesClient;
  beforeAll(async () => {
    api = await startTestApi();
    [bob, eve] = [await newUser(api.admin, 'bob'), await newUser(api.admin, 'eve')];
    chutes = new ChutesClient(api.url, bob);
    await newTree(bob, 'team');
    await pushImage(bob, 'name=pushed&tag=1.0');
    await pushImage(bob, 'name=Under_score&tag=beta&namespace=team');
    await chutes.build(buildParts({ username: 'bob', compute_type: 'cpu', public: 'True' }));
    const open = await pushImage(eve, 'name=open&tag=2.0');
    await eve.patch(`/images/${open.id}`, { visibility: 'public' });
    const internal = await pushImage(eve, 'name=internal&tag=2.0');
    await eve.patch(`/images/${internal.id}`, { visibility: 'internal' });
    await pushImage(eve, 'name=secret&tag=2.0');
  });
  afterAll(() => api.close());

  async function listed(query: string): Promise<List> {
    const { status, body } = await chutes.list(query);
    expect(status).toBe(200);
    return body as List;
  }
  const namesOf = ({ items }: List): string[] => items.map(({ name }) => name);

  it('answers what the SDK asks: the caller’s own images, however they were made, the newest first', async () => {
    const { status, headers, body } = await chutes.list();
    const items = [
      chutesBody('bob/demo:1.0', { compute_type: 'cpu', public: true }),
      pushedBody('bob/team/Under_score:beta'),
      pushedBody('bob/pushed:1.0'),
    ];
    expect({ status, body }).toEqual({ status: 200, body: { total: 3, page: 0, limit: 25, items, cord_refs: null } });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
  });

  it.each(['/images', '/images/', '/chutes/images', '/chutes/images/'])('answers the same at %s', async (path) => {
    const headers = { 'X-Chutes-UserID': 'bob' };
    const { status, body } = await bob.get(path, { headers });
    expect(status).toBe(200);
    expect(body).toEqual((await chutes.list()).body);
  });

  it('leaves /images to the native dialect for who says nothing of Chutes', async () => {
    expect((await bob.get('/images')).body).toEqual(expect.any(Array));
  });

  it.each(['True', 'true', '1', 'YES', 'on', 'T', 'y'])(
    'adds what is public of anybody with include_public=%s',
    async (yes) => {
      expect(namesOf(await listed(`include_public=${yes}`))).toEqual(['open', 'demo', 'team/Under_score', 'pushed']);
    },
  );

  it.each(['False', '0', 'no', 'OFF', 'f', 'N', ''])('adds nothing with include_public=%s', async (no) => {
    expect(namesOf(await listed(`include_public=${no}`))).toEqual(['demo', 'team/Under_score', 'pushed']);
  });

  it.each([
    ['name=PUSH', ['pushed']],
    ['name=team/under', ['team/Under_score']],
    ['name=d%25m%25o', ['demo']],
    ['name=p_shed', ['pushed']],
    ['name=%20', ['demo', 'team/Under_score', 'pushed']],
    ['name=%20demo', []],
    ['name=demo%5C', []],
    ['name=', ['demo', 'team/Under_score', 'pushed']],
    ['tag=BET', ['team/Under_score']],
    ['tag=1.0&name=e', ['demo', 'pushed']],
    ['compute_type=cpu', ['demo']],
    ['compute_type=gpu', ['team/Under_score', 'pushed']],
    ['name=nothing', []],
  ])('filters by %s', async (query, names) => {
    const list = await listed(query);
    expect(namesOf(list)).toEqual(names);
    expect(list.total).toBe(names.length);
  });

  it.each([
    ['page=0&limit=2', ['demo', 'team/Under_score'], 0, 2],
    ['page=1&limit=2', ['pushed'], 1, 2],
    ['page=2&limit=2', [], 2, 2],
    ['limit=0', ['demo', 'team/Under_score', 'pushed'], 0, 0],
    ['limit=1000000', ['demo', 'team/Under_score', 'pushed'], 0, 1_000_000],
    ['page=999999999999999&limit=999999999999999', [], 999_999_999_999_999, 999_999_999_999_999],
  ])('pages from zero, echoes what was asked, and counts all: %s', async (query, names, page, limit) => {
    const list = await listed(query);
    expect(namesOf(list)).toEqual(names);
    expect(list).toMatchObject({ total: 3, page, limit });
  });

  it('gives any number of images, each once', async () => {
    const many = await newUser(api.admin, 'many');
    const { id } = await pushImage(many, 'name=first&tag=1.0');
    await api.app.get(Database, { strict: false }).query(
      `INSERT INTO images (user_id, author_id, name, tag, status, blob_id)
       SELECT user_id, author_id, 'copy-' || copy, tag, status, blob_id FROM images, generate_series(1, 1203) copy WHERE id = $1`,
      [id],
    );
    const client = new ChutesClient(api.url, many);
    const { body } = await client.list('limit=5000');
    const { items, total, ...rest } = body as List;
    expect({ total, ...rest }).toEqual({ total: 1204, page: 0, limit: 5000, cord_refs: null });
    expect(items).toHaveLength(1204);
    expect(new Set(items.map(({ image_id }) => image_id)).size).toBe(1204);
    const { body: page } = await client.list('limit=600&page=1');
    expect((page as List).items).toEqual(items.slice(600, 1200));
  });

  it.each([
    ['page', '-1', 'greater_than_equal', 'Input should be greater than or equal to 0', { ctx: { ge: 0 } }],
    ['limit', '-5', 'greater_than_equal', 'Input should be greater than or equal to 0', { ctx: { ge: 0 } }],
    ['page', 'two', 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer', {}],
    ['limit', '1e3', 'int_parsing', 'Input should be a valid integer, unable to parse string as an integer', {}],
    ['include_public', 'perhaps', 'bool_parsing', 'Input should be a valid boolean, unable to interpret input', {}],
    ['compute_type', 'tpu', 'enum', `Input should be 'cpu' or 'gpu'`, { ctx: { expected: `'cpu' or 'gpu'` } }],
  ])('refuses %s=%s', async (name, input, type, msg, more) => {
    const { status, body } = await chutes.list(`${name}=${input}`);
    const item = { type, loc: ['query', name], msg, input, ...more };
    expect({ status, body }).toEqual({ status: 422, body: { detail: [item] } });
  });

  it('demands a credential with the scope image:read: 401 for either, without a challenge', async () => {
    const scopeless = await mintToken(bob, ['image:build']);
    for (const token of [undefined, 'unknown', scopeless]) {
      const { status, headers, body } = await new ChutesClient(api.url, { token }).list();
      expect({ status, body }).toEqual({ status: 401, body: { detail: expect.any(String) as string } });
      expect(headers['www-authenticate']).toBeUndefined();
    }
  });
});
