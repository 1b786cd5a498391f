import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { startDownload } from '../../../support/downloads.js';
import { linksOf } from '../../../support/links.js';
import { cancelledBody, NOWHERE, operationBody } from '../../../support/operation-body.js';
import { MANAGERS, newScene, READERS } from '../../../support/operation-callers.js';

describe('GET /images/:image/operations', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  it('shows those on the image, by its number and by its reference', async () => {
    await startDownload(alice, NOWHERE);
    const name = unique('download');
    const operation = await startDownload(alice, NOWHERE, { name });
    for (const image of [String(operation.image_id), encodeURIComponent(`alice/${name}:latest`)]) {
      const answer = await alice.get(`/images/${image}/operations`);
      expect(answer).toMatchObject({ status: 200 });
      expect(answer.body).toEqual([operationBody(alice, operation)]);
      expect(linksOf(answer)).toEqual({ first: `${api.url}/images/${image}/operations` });
    }
  });

  it('filters as the list of all does, and ignores nobody’s image_id but its own', async () => {
    const operation = await startDownload(alice, NOWHERE);
    const path = `/images/${operation.image_id}/operations`;
    await alice.post(`/operations/${operation.id}/cancel`);
    expect((await alice.get(`${path}?status=cancelled&kind=download`)).body).toEqual([cancelledBody(alice, operation)]);
    expect((await alice.get(`${path}?status=queued`)).body).toEqual([]);
    expect((await alice.get(`${path}?image_id=1`)).body).toEqual([cancelledBody(alice, operation)]);
    expect(await alice.get(`${path}?kind=bake`)).toMatchObject({
      status: 400,
      body: { kind: ['Kind must be one of download, refresh, convert, export, build, boot-test'] },
    });
  });

  it('shows none on what was pushed', async () => {
    const { id } = await pushImage(alice, `name=${unique('pushed')}`);
    expect(await alice.get(`/images/${id}/operations`)).toMatchObject({ status: 200, body: [] });
  });

  it.each([...MANAGERS, ...READERS.slice(0, 2)])('answers %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    const { body } = await (await caller(scene)).get(`/images/${scene.operation.image_id}/operations`);
    expect(body).toMatchObject([{ id: scene.operation.id }]);
  });

  it('answers 404 to whoever cannot see the image, and shows none to whoever sees it alone', async () => {
    const stranger = await newUser(api.admin);
    const { operation } = await newScene(api.admin);
    const { operation: open } = await newScene(api.admin, 'public');
    expect(await stranger.get(`/images/${operation.image_id}/operations`)).toMatchObject({
      status: 404,
      body: { message: 'Not Found' },
    });
    expect(await stranger.get(`/images/${open.image_id}/operations`)).toMatchObject({ status: 200, body: [] });
  });
});
