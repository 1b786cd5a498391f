import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { startDownload } from '../../../support/downloads.js';
import { NOWHERE } from '../../../support/operation-body.js';
import { MANAGERS, newScene, READERS } from '../../../support/operation-callers.js';
import { print } from '../../../support/operation-log.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('GET /images/:image/logs', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  it('is the log of what made the image, by number and by reference, in every form', async () => {
    const name = unique('download');
    const { id, image_id } = await startDownload(alice, NOWHERE, { name });
    await print(api, id, 'made', 'with care');
    await alice.post(`/operations/${id}/cancel`);
    for (const image of [String(image_id), encodeURIComponent(`alice/${name}:latest`)]) {
      for (const query of ['', '?offset=1', '?format=text', '?format=sse', '?follow=false']) {
        const [ofImage, ofOperation] = await Promise.all([
          alice.get(`/images/${image}/logs${query}`),
          alice.get(`/operations/${id}/logs${query}`),
        ]);
        expect([ofImage.status, ofImage.headers.get('content-type'), ofImage.body]).toEqual([
          200,
          ofOperation.headers.get('content-type'),
          ofOperation.body,
        ]);
      }
    }
    expect((await alice.get(`/images/${image_id}/logs?format=text`)).body).toBe('made\nwith care\n');
  });

  it('is not there for what was pushed', async () => {
    const { id } = await pushImage(alice, `name=${unique('pushed')}`);
    expect(await alice.get(`/images/${id}/logs`)).toMatchObject({
      status: 404,
      body: { message: 'The image has no log: it was pushed' },
    });
  });

  it('refuses what means nothing', async () => {
    const { image_id } = await startDownload(alice, NOWHERE);
    expect(await alice.get(`/images/${image_id}/logs?offset=x`)).toMatchObject({ status: 400 });
    expect(await alice.get(`/images/${image_id}/logs`, { headers: { Accept: 'image/png' } })).toMatchObject({
      status: 406,
    });
  });

  it.each([...MANAGERS, ...READERS.slice(0, 2)])('answers %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    const path = `/images/${scene.operation.image_id}/logs?follow=false`;
    expect((await (await caller(scene)).get(path)).status).toBe(200);
  });

  it('answers 404 to a stranger, whether they see the image or not', async () => {
    const stranger = await newUser(api.admin);
    for (const visibility of ['private', 'internal', 'public']) {
      const { operation } = await newScene(api.admin, visibility);
      expect(await stranger.get(`/images/${operation.image_id}/logs`)).toMatchObject(NOT_FOUND);
    }
  });
});
