import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { startDownload, type StartedOperation } from '../../../support/downloads.js';
import { linksOf } from '../../../support/links.js';
import type { NativeClient } from '../../../support/native-client.js';
import { cancelledBody, NOWHERE, operationBody } from '../../../support/operation-body.js';
import { MANAGERS, newScene, newTeamScene, READERS, STRANGERS } from '../../../support/operation-callers.js';

describe('GET /operations', () => {
  let api: TestApi;
  let alice: TestUser;
  let operations: StartedOperation[];
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    operations = [];
    for (let nth = 0; nth < 5; nth++) operations.unshift(await startDownload(alice, NOWHERE));
    await alice.post(`/operations/${operations[1]?.id}/cancel`);
  });
  afterAll(() => api.close());

  async function idsOf(client: NativeClient, path: string): Promise<number[]> {
    const { status, body } = await client.get(path);
    expect(status).toBe(200);
    return (body as { id: number }[]).map(({ id }) => id);
  }
  const ids = (...places: number[]): number[] => places.map((place) => operations[place]?.id ?? 0);

  it('shows whole operations, newest first', async () => {
    const { status, headers, body } = await alice.get('/operations');
    expect({ status, body }).toEqual({
      status: 200,
      body: operations.map((one, place) => (place === 1 ? cancelledBody : operationBody)(alice, one)),
    });
    expect(linksOf({ status, headers, body })).toEqual({ first: `${api.url}/operations` });
  });

  it('pages by keys, there and back', async () => {
    const pages: number[][] = [];
    const rels: string[][] = [];
    const turn = async (url: string | undefined): Promise<ReturnType<typeof linksOf>> => {
      const answer = await alice.get((url ?? '').replace(api.url, ''));
      pages.push((answer.body as { id: number }[]).map(({ id }) => id));
      rels.push(Object.keys(linksOf(answer)).sort());
      return linksOf(answer);
    };
    let links = await turn('/operations?limit=2');
    links = await turn(links.next);
    links = await turn(links.next);
    links = await turn(links.prev);
    links = await turn(links.prev);
    await turn(links.first);
    expect(pages).toEqual([ids(0, 1), ids(2, 3), ids(4), ids(2, 3), ids(0, 1), ids(0, 1)]);
    expect(rels).toEqual([
      ['first', 'next'],
      ['first', 'next', 'prev'],
      ['first', 'prev'],
      ['first', 'next', 'prev'],
      ['first', 'next'],
      ['first', 'next'],
    ]);
  });

  it('keeps its filters from page to page, and pages where they are while new ones come', async () => {
    const first = await alice.get('/operations?status=queued&kind=download&limit=3');
    const { next } = linksOf(first);
    const late = await startDownload(alice, NOWHERE);
    expect(await idsOf(alice, (next ?? '').replace(api.url, ''))).toEqual(ids(4));
    await alice.delete(`/images/${late.image_id}`);
  });

  it.each([
    ['kind=download', [0, 1, 2, 3, 4]],
    ['kind=convert', []],
    ['status=cancelled', [1]],
    ['status=queued', [0, 2, 3, 4]],
    ['status=running', []],
    ['status=queued&kind=download&limit=1', [0]],
  ])('filters by %s', async (query, places) => {
    expect(await idsOf(alice, `/operations?${query}`)).toEqual(ids(...places));
  });

  it('filters by image', async () => {
    expect(await idsOf(alice, `/operations?image_id=${operations[3]?.image_id}`)).toEqual(ids(3));
    expect(await idsOf(alice, `/operations?image_id=${operations[3]?.image_id}&status=failed`)).toEqual([]);
    expect(await idsOf(alice, '/operations?image_id=2147483647')).toEqual([]);
  });

  it('forgets those whose image is deleted', async () => {
    const { id, image_id } = await startDownload(alice, NOWHERE);
    expect(await idsOf(alice, '/operations')).toContain(id);
    expect((await alice.delete(`/images/${image_id}`)).status).toBe(204);
    expect(await idsOf(alice, '/operations')).toEqual(ids(0, 1, 2, 3, 4));
  });

  const NO_CURSOR = 'Cursor is not one of this list: take it from a Link';
  it.each([
    ['kind=bake', { kind: ['Kind must be one of download, refresh, convert, export, build, boot-test'] }],
    ['status=done', { status: ['Status must be one of queued, running, succeeded, failed, cancelled'] }],
    ['image_id=x', { image_id: ['Image_id must be the number of an image'] }],
    ['image_id=2147483648', { image_id: ['Image_id must be the number of an image'] }],
    ['cursor=7', { cursor: [NO_CURSOR] }],
    ['cursor=after-', { cursor: [NO_CURSOR] }],
    ['cursor=after-99999999999', { cursor: [NO_CURSOR] }],
    [
      'kind=bake&status=done&cursor=x',
      {
        kind: ['Kind must be one of download, refresh, convert, export, build, boot-test'],
        status: ['Status must be one of queued, running, succeeded, failed, cancelled'],
        cursor: [NO_CURSOR],
      },
    ],
  ])('answers 400 to %s', async (query, body) => {
    expect(await alice.get(`/operations?${query}`)).toMatchObject({ status: 400, body });
  });

  it.each([...MANAGERS, ...READERS])('shows those on its image to %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    expect(await idsOf(await caller(scene), '/operations')).toContain(scene.operation.id);
  });

  it.each(STRANGERS)('shows %s none of them', async (_, caller) => {
    for (const visibility of ['private', 'internal', 'public']) {
      const scene = await newScene(api.admin, visibility);
      expect(await idsOf(await caller(scene), '/operations')).toEqual([]);
    }
  });

  it('shows a team’s to its members and leads, and to nobody else', async () => {
    const { operation, member, lead } = await newTeamScene(api.admin);
    expect(await idsOf(member, '/operations')).toEqual([operation.id]);
    expect(await idsOf(lead, '/operations')).toEqual([operation.id]);
    expect(await idsOf(await newUser(api.admin), '/operations')).toEqual([]);
  });
});
