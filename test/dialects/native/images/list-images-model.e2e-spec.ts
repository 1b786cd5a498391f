import fc from 'fast-check';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, pushImage } from '../../../support/builders.js';
import { linksOf } from '../../../support/links.js';
import {
  catalogue,
  expectedIds,
  type ListQuery,
  listQuery,
  type ModelImage,
  NAMESPACES,
  toSearch,
} from '../../../support/image-list-model.js';

describe('GET /images, whatever is asked', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  const images: ModelImage[] = [];

  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    const bob = await newUser(api.admin, 'bob');
    const owners = { alice, bob };
    for (const { owner, root, visibility, shared } of NAMESPACES) {
      await newNamespace(owners[owner], root, visibility);
      if (shared) await collaborate(bob, root, alice, 'reader');
    }
    const [planned = []] = fc.sample(catalogue, { numRuns: 1, seed: 20261121 });
    for (const { owner, namespace, name, tag, labels, isPublic } of planned) {
      const place = namespace === undefined ? '' : `&namespace=${namespace}`;
      const { id } = await pushImage(owners[owner], `name=${name}&tag=${tag}${place}`, 'the same bytes for all');
      const changes = { labels, ...(isPublic && { visibility: 'public' }) };
      const { body } = expectStatus(await owners[owner].patch(`/images/${id}`, changes), 200);
      const { created_at, updated_at } = body as { created_at: string; updated_at: string };
      images.push({ owner, namespace, name, tag, labels, isPublic, id, created_at, updated_at });
    }
  });
  afterAll(() => api.close());

  /** All pages from the first to the last, by the links or by number. */
  async function pagesOf(query: ListQuery): Promise<number[][]> {
    const pages: number[][] = [];
    let path: string | undefined = `/images?${toSearch(query)}`;
    while (path !== undefined) {
      const answer = expectStatus(await alice.get(path), 200);
      pages.push((answer.body as { id: number }[]).map(({ id }) => id));
      path = linksOf(answer).next?.slice(api.url.length);
    }
    return pages;
  }

  it('has images enough to tell one answer from another', () => {
    expect(images.length).toBeGreaterThan(40);
    expect(new Set(images.map(({ owner, namespace }) => `${owner}/${namespace ?? ''}`)).size).toBeGreaterThan(6);
  });

  it('gives on all pages together what a plain filter and sort would, each image once, no page short', async () => {
    await fc.assert(
      fc.asyncProperty(listQuery, async (query) => {
        const pages = await pagesOf(query);
        expect(pages.flat()).toEqual(expectedIds(images, query));
        for (const page of pages.slice(0, -1)) expect(page).toHaveLength(query.limit);
        if (pages.length > 1) expect(pages.at(-1)).not.toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
