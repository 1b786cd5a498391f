import { accountBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser } from '../../../support/builders.js';
import type { Answer, NativeClient } from '../../../support/native-client.js';

const NAMES = ['admin', ...Array.from({ length: 29 }, (_, i) => `user-${String(i).padStart(2, '0')}`)];

describe('GET /users', () => {
  let api: TestApi;
  let reader: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    for (const name of NAMES.slice(1)) await newUser(api.admin, name);
    reader = await newUser(api.admin, 'zoe', ['user:read']);
  });
  afterAll(() => api.close());

  const names = ({ body }: Answer): string[] => (body as { username: string }[]).map(({ username }) => username);
  const links = ({ headers }: Answer): Record<string, string> =>
    Object.fromEntries(
      [...(headers.get('link') ?? '').matchAll(/<([^>]*)>; rel="(\w+)"/g)].map(([, url = '', rel = '']) => [rel, url]),
    );

  it('shows whole users', async () => {
    const { status, body } = await reader.get('/users?search=user-07');
    expect(status).toBe(200);
    expect(body).toEqual([accountBody('user-07')]);
  });

  it('pages by 25, ordered by username', async () => {
    const [first, second] = [await reader.get('/users'), await reader.get('/users?page=2')];
    expect([...names(first), ...names(second)]).toEqual([...NAMES, 'zoe']);
    expect(names(first)).toHaveLength(25);
  });

  it('links to the pages that are there, with everything else that was asked', async () => {
    const at = (page: number): string => `${api.url}/users?search=USER&limit=10&page=${page}`;
    const query = '/users?search=USER&limit=10';
    expect(links(await reader.get(query))).toEqual({ first: at(1), next: at(2) });
    expect(links(await reader.get(`${query}&page=2`))).toEqual({ first: at(1), prev: at(1), next: at(3) });
    expect(links(await reader.get(`${query}&page=3`))).toEqual({ first: at(1), prev: at(2) });
  });

  it('can be walked by its links', async () => {
    const seen: string[] = [];
    for (let url: string | undefined = '/users?limit=7'; url !== undefined;) {
      const answer: Answer = await reader.get(url);
      seen.push(...names(answer));
      url = links(answer).next?.replace(api.url, '');
    }
    expect(seen).toEqual([...NAMES, 'zoe']);
  });

  it.each(['0', '-1', 'abc', '', '1.5'])('takes page=%s as the first', async (page) => {
    expect(names(await reader.get(`/users?limit=2&page=${page}`))).toEqual(NAMES.slice(0, 2));
  });

  it('answers an empty list for a page past the end', async () => {
    const answer = await reader.get('/users?page=99999999999999999999');
    expect(answer.status).toBe(200);
    expect(answer.body).toEqual([]);
  });

  it.each([
    ['1000', 31],
    ['0', 1],
    ['-5', 1],
    ['abc', 25],
  ])('takes limit=%s as %i rows at most', async (limit, rows) => {
    expect(names(await reader.get(`/users?limit=${limit}`))).toHaveLength(rows);
  });

  it.each([
    ['SER-1', 10],
    ['%25', 0],
    ['_', 0],
    ['%5C', 0],
    ["'", 0],
  ])('searches usernames for the literal text %s, whatever the case', async (search, found) => {
    const answer = await reader.get(`/users?search=${search}`);
    expect(answer.status).toBe(200);
    expect(names(answer)).toHaveLength(found);
  });
});
