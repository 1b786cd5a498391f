import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newUser, pushImage } from '../../../support/builders.js';
import { linksOf } from '../../../support/links.js';
import type { Answer } from '../../../support/native-client.js';

const COUNT = 27;
const SORTS = ['name', '-name', 'created_at', '-created_at', 'updated_at', '-updated_at'];

describe('GET /images, page by page', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  /** In the order in which they were pushed, which is not that of their names. */
  const pushed: { readonly id: number; readonly name: string; readonly tag: string }[] = [];
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    for (let n = 0; n < COUNT; n += 1) {
      const [name, tag] = [`image${(n * 11) % 9}`, `t${(n * 7) % COUNT}`];
      pushed.push({ name, tag, id: (await pushImage(alice, `name=${name}&tag=${tag}`)).id });
    }
  });
  afterAll(() => api.close());

  const idsOf = ({ body }: Answer): number[] => (body as { id: number }[]).map(({ id }) => id);
  const idsByName = (): number[] =>
    pushed.toSorted((a, b) => compare(a.name, b.name) || compare(a.tag, b.tag) || a.id - b.id).map(({ id }) => id);
  const compare = (a: string, b: string): number => Number(a > b) - Number(a < b);

  async function list(query: string): Promise<Answer> {
    return expectStatus(await alice.get(`/images?${query}`), 200);
  }

  /** Every page from `path` on in one direction. */
  async function walk(path: string, rel: 'next' | 'prev'): Promise<{ pages: number[][]; last: string }> {
    const pages: number[][] = [];
    let next: string | undefined = path;
    let last = path;
    while (next !== undefined) {
      last = next;
      const answer = expectStatus(await alice.get(last), 200);
      pages.push(idsOf(answer));
      next = linksOf(answer)[rel]?.slice(api.url.length);
    }
    return { pages, last };
  }

  it('has 25 on a page, by name and then tag', async () => {
    expect(idsOf(await list(''))).toEqual(idsByName().slice(0, 25));
  });

  it.each([
    ['limit=5', 5],
    ['limit=100', 27],
    ['limit=1000', 27],
    ['limit=1', 1],
    ['limit=0', 1],
    ['limit=-3', 1],
    ['limit=abc', 25],
    ['limit=2.5', 25],
    ['limit=', 25],
  ])('takes %s for %d on a page', async (query, count) => {
    expect(idsOf(await list(query))).toEqual(idsByName().slice(0, count));
  });

  it('never has more than 100 on a page', async () => {
    const crowd = await newUser(api.admin);
    await Promise.all(Array.from({ length: 101 }, (_, n) => pushImage(crowd, `name=n&tag=${n}`, 'crowd')));
    expect((await crowd.get('/images?limit=101')).body).toHaveLength(100);
  });

  it.each(['0', '-1', 'abc', '1.5', '', '%20', 'NaN', '1', 'Infinity'])('takes page=%s for the first', async (page) => {
    expect(idsOf(await list(`page=${page}&limit=10`))).toEqual(idsByName().slice(0, 10));
  });

  it('gives a page by its number', async () => {
    expect(idsOf(await list('page=3&limit=10'))).toEqual(idsByName().slice(20));
  });

  it.each(['page=4', 'page=5', 'page=1000000', 'page=99999999999999999999'])(
    'is empty beyond the end: %s',
    async (page) => {
      expect((await list(`${page}&limit=10`)).body).toEqual([]);
    },
  );

  it.each(SORTS)('orders by %s, and by id where that is equal', async (sort) => {
    const ids = sort.endsWith('name') ? idsByName() : pushed.map(({ id }) => id);
    expect(idsOf(await list(`sort=${sort}&limit=100`))).toEqual(sort.startsWith('-') ? ids.toReversed() : ids);
  });

  it('orders by the last change', async () => {
    const [first = { id: 0 }] = pushed;
    const { updated_at: before } = (await alice.get(`/images/${first.id}`)).body as { updated_at: string };
    expectStatus(await alice.patch(`/images/${first.id}`, { description: 'changed' }), 200);
    const { updated_at: after } = (await alice.get(`/images/${first.id}`)).body as { updated_at: string };
    expect(Date.parse(after)).toBeGreaterThan(Date.parse(before));
    expect(idsOf(await list('sort=-updated_at&limit=1'))).toEqual([first.id]);
    expect(idsOf(await list('sort=created_at&limit=1'))).toEqual([first.id]);
  });

  describe('links', () => {
    it('has only a first page where everything is on one', async () => {
      expect((await list('limit=100')).headers.get('link')).toBe(`<${api.url}/images?limit=100>; rel="first"`);
    });

    it('has numbers where the client asked for a page by number', async () => {
      const url = (page: number): string => `${api.url}/images?limit=10&page=${page}`;
      expect(linksOf(await list('limit=10&page=1'))).toEqual({ first: url(1), next: url(2) });
      expect(linksOf(await list('limit=10&page=2'))).toEqual({ first: url(1), prev: url(1), next: url(3) });
      expect(linksOf(await list('limit=10&page=3'))).toEqual({ first: url(1), prev: url(2) });
    });

    it('has no page before one beyond the end unless there is one', async () => {
      const url = (page: number): string => `${api.url}/images?limit=9&page=${page}`;
      expect(linksOf(await list('limit=9&page=3'))).toEqual({ first: url(1), prev: url(2) });
      expect(linksOf(await list('limit=9&page=4'))).toEqual({ first: url(1), prev: url(3) });
      expect(linksOf(await list('limit=9&page=5'))).toEqual({ first: url(1) });
    });

    it('has the page that page=0 stood for', async () => {
      const url = (page: number): string => `${api.url}/images?page=${page}&limit=10`;
      expect(linksOf(await list('page=0&limit=10'))).toEqual({ first: url(1), next: url(2) });
    });

    it('has cursors otherwise', async () => {
      const { first, prev, next = '' } = linksOf(await list('limit=10'));
      expect({ first, prev }).toEqual({ first: `${api.url}/images?limit=10`, prev: undefined });
      expect(next).toMatch(new RegExp(`^${api.url}/images\\?limit=10&cursor=[\\w-]+$`));
      expect(linksOf(expectStatus(await alice.get(next.slice(api.url.length)), 200))).toEqual({
        first,
        prev: expect.stringMatching(/\?limit=10&cursor=[\w-]+$/),
        next: expect.stringMatching(/\?limit=10&cursor=[\w-]+$/),
      });
    });

    it('keeps every other parameter, also one that stands there twice', async () => {
      const query = 'search=IMAGE&label=a=1&label=b%26=2&sort=-name&limit=1&future=x%20y';
      const { first = '' } = linksOf(await list(query));
      expect([...new URL(first).searchParams]).toEqual([...new URL(`http://x/?${query}`).searchParams]);
    });

    it('keeps them on the way to the next page too', async () => {
      const { next = '' } = linksOf(await list('search=x&search=image&sort=-name&limit=1&future=1&future=2'));
      const { searchParams } = new URL(next);
      expect(searchParams.getAll('future')).toEqual(['1', '2']);
      expect(searchParams.getAll('search')).toEqual(['x', 'image']);
      expect(searchParams.getAll('cursor')).toHaveLength(1);
    });

    it('names the host that the server knows itself by, not the one a request claims', async () => {
      const answer = await alice.get('/images', { headers: { 'X-Forwarded-Host': 'evil.test' } });
      expect(linksOf(answer).first).toBe(`${api.url}/images`);
    });
  });

  it.each(SORTS.flatMap((sort) => [`sort=${sort}&limit=4`, `sort=${sort}&limit=9`, `sort=${sort}&limit=4&page=1`]))(
    'walks from the start to the end and back over the same pages: %s',
    async (query) => {
      const there = await walk(`/images?${query}`, 'next');
      expect(there.pages.flat()).toEqual(idsOf(await list(`${query}&limit=100`)));
      const back = await walk(there.last, 'prev');
      expect(back.pages).toEqual(there.pages.toReversed());
    },
  );

  it('neither repeats nor skips what stays where it is while others come and go', async () => {
    const { next = '' } = linksOf(await list('limit=10'));
    const early = await pushImage(alice, 'name=a-newcomer');
    const rest = await walk(next.slice(api.url.length), 'next');
    expect(rest.pages.flat()).toEqual(idsByName().slice(10));
    expectStatus(await alice.delete(`/images/${early.id}`), 204);
  });

  describe('a cursor', () => {
    const cursor = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

    it.each<[string, string]>([
      ['no base64', '%'],
      ['no JSON', Buffer.from('nonsense').toString('base64url')],
      ['no list', cursor({})],
      ['empty', cursor([])],
      ['of another direction', cursor(['around', 'a', 'b', 1])],
      ['of another sort', cursor(['after', '2026-01-01T00:00:00.000Z', 1])],
      ['too long', cursor(['after', 'a', 'b', 'c', 1])],
      ['with a number for a name', cursor(['after', 1, 'b', 1])],
      ['with a text for an id', cursor(['after', 'a', 'b', '1'])],
      ['with a fraction for an id', cursor(['after', 'a', 'b', 1.5])],
      ['with an id that is too large', cursor(['after', 'a', 'b', 2 ** 31])],
      ['with U+0000 in a name', cursor(['after', 'a\0', 'b', 1])],
    ])('is refused where it is %s', async (_, text) => {
      const { status, body } = await alice.get(`/images?cursor=${text}`);
      expect({ status, body }).toEqual({
        status: 400,
        body: { cursor: ['Cursor is not one of this list: take it from a Link, with the same sort'] },
      });
    });

    it.each([
      '2026',
      '2026-01-01',
      '2026-02-31T00:00:00.000Z',
      '0000-01-01T00:00:00.000Z',
      '+012026-01-01T00:00:00.000Z',
      'now',
      '',
    ])('is refused where its time is %j', async (time) => {
      expect((await alice.get(`/images?sort=created_at&cursor=${cursor(['after', time, 1])}`)).status).toBe(400);
    });

    it('may point to an image that is gone', async () => {
      const [first] = idsByName();
      expect(idsOf(await list(`limit=1&cursor=${cursor(['after', 'image', 'none', 0])}`))).toEqual([first]);
    });

    it('says no page before the first', async () => {
      const answer = await list(`cursor=${cursor(['before', 'a', 'a', 1])}`);
      expect(answer.body).toEqual([]);
      expect(linksOf(answer)).toEqual({ first: `${api.url}/images` });
    });
  });
});
