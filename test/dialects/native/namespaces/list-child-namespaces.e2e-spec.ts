import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, newTree, newUser, type TestUser } from '../../../support/builders.js';
import { namespaceBody } from '../../../support/image-body.js';
import type { NativeClient } from '../../../support/native-client.js';

describe('GET /n/:owner/:path/-/namespaces', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
    await newTree(alice, 'root/b/below');
    await alice.post('/namespaces', { name: 'A', parent: 'root' });
  });
  afterAll(() => api.close());

  const children = (client: NativeClient, path: string, query = ''): ReturnType<NativeClient['get']> =>
    client.get(`/n/${alice.username}/${path}/-/namespaces${query}`);

  it('lists the children of one namespace and not those below them, by path, as whole entities', async () => {
    const { status, body } = await children(alice, 'root');
    expect(status).toBe(200);
    expect(body).toEqual([namespaceBody(alice, 'root/A'), namespaceBody(alice, 'root/b')]);
    expect((await children(alice, 'root/b')).body).toEqual([namespaceBody(alice, 'root/b/below')]);
    expect((await children(alice, 'root/b/below')).body).toEqual([]);
  });

  it('takes search, page and limit', async () => {
    expect((await children(alice, 'root', '?search=/a')).body).toEqual([namespaceBody(alice, 'root/A')]);
    const { headers, body } = await children(alice, 'root', '?limit=1&page=2');
    const base = `${api.url}/n/${alice.username}/root/-/namespaces?limit=1&page=1`;
    expect(body).toEqual([namespaceBody(alice, 'root/b')]);
    expect(headers.get('link')).toBe(`<${base}>; rel="first", <${base}>; rel="prev"`);
  });

  it('is for those who see the namespace: a reader, and everybody where it is public', async () => {
    const [reader, stranger] = [await newUser(api.admin), await newUser(api.admin)];
    await newTree(alice, 'private/child');
    await newTree(alice, 'internal/child', 'internal');
    await newTree(alice, 'public/child', 'public');
    await collaborate(alice, 'private', reader, 'reader');
    const statuses = async (client: NativeClient): Promise<number[]> =>
      Promise.all(['private', 'internal', 'public'].map(async (path) => (await children(client, path)).status));
    expect(await statuses(reader)).toEqual([200, 200, 200]);
    expect(await statuses(stranger)).toEqual([404, 200, 200]);
    expect(await statuses(api.anonymous)).toEqual([404, 404, 200]);
    expect((await children(api.anonymous, 'private')).body).toEqual({ message: 'Not Found' });
  });
});
