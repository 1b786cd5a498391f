import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, newNamespace, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { namespaceBody } from '../../../support/image-body.js';
import type { NativeClient } from '../../../support/native-client.js';

describe('GET /namespaces', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    [alice, bob] = [await newUser(api.admin), await newUser(api.admin)];
    await newTree(alice, 'tools/linux');
    await newNamespace(alice, 'Apps', 'public');
    await newTree(bob, 'shared/deep');
    await newNamespace(bob, 'open', 'public');
    await newNamespace(bob, 'inner', 'internal');
    await collaborate(bob, 'shared', alice, 'reader');
  });
  afterAll(() => api.close());

  const pathsOf = async (client: NativeClient, query = ''): Promise<string[]> =>
    ((await client.get(`/namespaces${query}`)).body as { path: string }[]).map(({ path }) => path);

  it('lists the caller’s own trees and those they collaborate in, by path, as whole entities', async () => {
    const { status, body } = await alice.get('/namespaces');
    expect(status).toBe(200);
    expect(body).toEqual([
      namespaceBody(alice, 'Apps', { visibility: 'public' }),
      namespaceBody(bob, 'shared'),
      namespaceBody(bob, 'shared/deep'),
      namespaceBody(alice, 'tools'),
      namespaceBody(alice, 'tools/linux'),
    ]);
  });

  it('lists nobody else’s, be they internal or public, and not everything to an admin', async () => {
    expect(await pathsOf(await newUser(api.admin))).toEqual([]);
    expect(await pathsOf(api.admin)).toEqual([]);
    expect(await pathsOf(bob)).toEqual(['inner', 'open', 'shared', 'shared/deep']);
  });

  it('leaves out what the caller is only invited to, until they accept', async () => {
    const carol = await newUser(api.admin);
    await bob.post(`/n/${bob.username}/shared/-/invites`, { handle: carol.username });
    expect(await pathsOf(carol)).toEqual([]);
    const [{ id }] = (await carol.get('/invites')).body as [{ id: number }];
    await carol.patch(`/invites/${id}`, {});
    expect(await pathsOf(carol)).toEqual(['shared', 'shared/deep']);
  });

  it.each([
    ['APP', ['Apps']],
    ['s/l', ['tools/linux']],
    ['deep', ['shared/deep']],
    ['%25', []],
    ['_', []],
    ['%5C', []],
    ['', ['Apps', 'shared', 'shared/deep', 'tools', 'tools/linux']],
  ])('finds with search=%s the paths %j', async (search, paths) => {
    expect(await pathsOf(alice, `?search=${search}`)).toEqual(paths);
  });

  it('gives pages, with links to those that are there and every other parameter kept', async () => {
    const link = (page: number, rel: string): string =>
      `<${api.url}/namespaces?search=s&limit=2&page=${page}>; rel="${rel}"`;
    const pages = [1, 2, 3].map((page) => alice.get(`/namespaces?search=s&limit=2&page=${page}`));
    const answers = await Promise.all(pages);
    expect(answers.map(({ body }) => (body as { path: string }[]).map(({ path }) => path))).toEqual([
      ['Apps', 'shared'],
      ['shared/deep', 'tools'],
      ['tools/linux'],
    ]);
    expect(answers.map(({ headers }) => headers.get('link'))).toEqual([
      [link(1, 'first'), link(2, 'next')].join(', '),
      [link(1, 'first'), link(1, 'prev'), link(3, 'next')].join(', '),
      [link(1, 'first'), link(2, 'prev')].join(', '),
    ]);
  });

  it('has 25 on a page, and up to 100 for who asks', async () => {
    const carol = await newUser(api.admin);
    await Promise.all(Array.from({ length: 27 }, (_, index) => newNamespace(carol, `n${index}`)));
    const sizes = ['', '?page=2', '?limit=26', '?limit=100', '?limit=1000', '?limit=0', '?limit=x'];
    const counts = await Promise.all(sizes.map(async (query) => (await pathsOf(carol, query)).length));
    expect(counts).toEqual([25, 2, 26, 27, 27, 1, 25]);
  });

  it.each(['0', '-1', 'abc', '1.5', ''])('takes page=%s for the first', async (page) => {
    expect(await pathsOf(alice, `?limit=1&page=${page}`)).toEqual(['Apps']);
  });

  it('gives an empty list beyond the last page', async () => {
    expect(await pathsOf(alice, '?page=9')).toEqual([]);
  });
});
