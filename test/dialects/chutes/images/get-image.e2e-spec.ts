import { startTestApi, type TestApi } from '../../../support/api.js';
import { newTree, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { moveBuild } from '../../../support/build-moves.js';
import { chutesBody, idOfReference, pushedBody } from '../../../support/chutes-body.js';
import { buildParts, ChutesClient } from '../../../support/chutes-client.js';
import { TIME } from '../../../support/image-body.js';
import { newEndedDownload, startDownload } from '../../../support/downloads.js';
import { NOWHERE } from '../../../support/operation-body.js';

const NOT_FOUND = { status: 404, body: { detail: 'Image not found, or does not belong to you' } };

describe('GET /images/{image_id_or_name} (Chutes)', () => {
  let api: TestApi;
  let bob: TestUser;
  let eve: TestUser;
  let chutes: ChutesClient;
  beforeAll(async () => {
    api = await startTestApi();
    [bob, eve] = [await newUser(api.admin, 'bob'), await newUser(api.admin, 'eve')];
    chutes = new ChutesClient(api.url, bob);
    await newTree(bob, 'team');
    await pushImage(bob, 'name=Demo&tag=1.0');
    await pushImage(bob, 'name=deep&tag=1.0&namespace=team');
    await pushImage(eve, 'name=secret&tag=2.0');
    const open = await pushImage(eve, 'name=open&tag=2.0');
    await eve.patch(`/images/${open.id}`, { visibility: 'public' });
  });
  afterAll(() => api.close());

  const get = async (image: string, client = chutes): Promise<{ status: number; body: unknown }> => {
    const { status, body } = await client.get(image);
    return { status, body };
  };

  it.each([
    'Demo:1.0',
    'bob/Demo:1.0',
    'bob%2FDemo%3A1.0',
    '/bob/Demo:1.0',
    idOfReference('bob/demo:1.0'),
    idOfReference('bob/demo:1.0:gpu'),
    idOfReference('bob/demo:1.0:cpu'),
  ])('shows one of the caller’s own as %s', async (image) => {
    expect(await get(image)).toEqual({ status: 200, body: pushedBody('bob/Demo:1.0') });
    const below = new ChutesClient(api.url, bob, '/chutes/images');
    expect(await get(image, below)).toEqual({ status: 200, body: pushedBody('bob/Demo:1.0') });
  });

  it('shows one in a namespace by its id, which is that of its whole reference', async () => {
    const expected = { status: 200, body: pushedBody('bob/team/deep:1.0') };
    expect(await get(idOfReference('bob/team/deep:1.0'))).toEqual(expected);
  });

  it.each(['eve/open:2.0', idOfReference('eve/open:2.0')])('shows a public one of another as %s', async (image) => {
    expect(await get(image)).toEqual({ status: 200, body: pushedBody('eve/open:2.0', { public: true }) });
  });

  it.each([
    ['another’s', 'eve/secret:2.0'],
    ['another’s, by its id', idOfReference('eve/secret:2.0')],
    ['one that is not there', 'bob/none:1.0'],
    ['a name in another case', 'demo:1.0'],
    ['a user in another case', 'Bob/Demo:1.0'],
    ['a name without a tag', 'Demo'],
    ['a name with a slash', 'bob/team/deep:1.0'],
    ['an id in upper case', idOfReference('bob/demo:1.0').toUpperCase()],
    ['a number', '1'],
    ['a registry', 'registry:5000/x:1'],
  ])('does not find %s', async (_, image) => {
    expect(await get(image)).toEqual(NOT_FOUND);
  });

  it('does not show admins what is not theirs: the native dialect does', async () => {
    expect(await get('eve/secret:2.0', new ChutesClient(api.url, api.admin))).toEqual(NOT_FOUND);
  });

  it('gives the id of two names that differ in case alone to the older', async () => {
    await pushImage(bob, 'name=twin&tag=1.0');
    await pushImage(bob, 'name=Twin&tag=1.0');
    expect(await get(idOfReference('bob/twin:1.0'))).toEqual({ status: 200, body: pushedBody('bob/twin:1.0') });
  });

  it('tells what becomes of a build: waiting, building, and why it failed', async () => {
    const { body } = await chutes.build(buildParts({ username: 'bob', name: 'life' }));
    expect(body).toMatchObject({ status: 'pending build' });
    await moveBuild(api, 'life', 'running');
    const time = expect.stringMatching(TIME) as string;
    const building = chutesBody('bob/life:1.0', { status: 'building', build_started_at: time });
    expect(await get('life:1.0')).toEqual({ status: 200, body: building });
    await moveBuild(api, 'life', 'failed', 'RUN false: it failed');
    const failed = chutesBody('bob/life:1.0', { status: 'error: RUN false: it failed', build_started_at: time });
    expect(await get('life:1.0')).toEqual({ status: 200, body: failed });
  });

  it('tells when a build was whole', async () => {
    await chutes.build(buildParts({ username: 'bob', name: 'whole' }));
    await moveBuild(api, 'whole', 'succeeded');
    const time = expect.stringMatching(TIME) as string;
    const then = { status: 'built and pushed', build_started_at: time, build_completed_at: time };
    expect(await get('whole:1.0')).toEqual({ status: 200, body: chutesBody('bob/whole:1.0', then) });
  });

  it('shows images that come from elsewhere in the same words', async () => {
    await startDownload(bob, NOWHERE, { name: 'coming', tag: '1.0' });
    const { image_id: ended } = await newEndedDownload(bob);
    expect(await get('coming:1.0')).toMatchObject({ status: 200, body: { status: 'pending build' } });
    const { body } = await bob.get(`/images/${ended}`);
    const { name } = body as { name: string };
    expect(await get(`${name}:latest`)).toMatchObject({ status: 200, body: { status: 'error: It was cancelled' } });
  });

  it.each([
    ['GET', '/chutes', 404, 'Not Found'],
    ['GET', '/chutes/nothing', 404, 'Not Found'],
    ['POST', '/chutes/images/Demo:1.0', 405, 'Method Not Allowed'],
    ['PUT', '/chutes/images/Demo:1.0', 405, 'Method Not Allowed'],
    ['GET', '/chutes/images/%zz', 400, 'The path has a malformed escape'],
    ['GET', '/chutes/images/%00', 400, 'U+0000 is not taken in a path or query'],
  ])('%s %s: %i in the dialect’s words', async (method, path, status, detail) => {
    expect(await bob.call(method, path)).toMatchObject({ status, body: { detail } });
  });

  it('takes no body that is broken', async () => {
    const headers = { 'X-Chutes-UserID': 'bob', 'Content-Type': 'application/json' };
    const answer = await bob.call('POST', '/images', { raw: Buffer.from('{'), headers });
    expect(answer).toMatchObject({ status: 400, body: { detail: 'The body is not valid JSON' } });
  });
});
