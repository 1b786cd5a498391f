import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '../../support/api.js';
import { collaborate, newNamespace, newUser, type TestUser } from '../../support/builders.js';
import { startBuild } from '../../support/builds.js';
import { DescribedApi, idOf, newExampleUser } from '../../support/described-api.js';

const described = await DescribedApi.committed();
const tiny = await readFile(join(import.meta.dirname, '../../../examples/tiny.qcow2'));

describe('the examples of images, called in the order of a story', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  beforeAll(async () => {
    api = await startTestApi({ env: { MAX_IMAGE_BYTES: '1MiB' } });
    const { admin } = api;
    alice = await newExampleUser(admin, 'alice');
    bob = await newUser(admin, 'bob');
    carol = await newUser(admin, 'carol');
    await newNamespace(alice, 'team');
  });
  afterAll(() => api.close());

  it('are what images get', async () => {
    const path = '/images?name=ubuntu&tag=24.04&namespace=team&format=vmdk';
    const pending = await described.answersItsExample(alice, 'pushImage', 202, { path, raw: tiny });
    await alice.delete(`/images/${idOf(pending)}`);
    await described.answersItsExample(alice, 'pushImage', 201, { raw: tiny });
    await described.answersItsExample(alice, 'listImages', 200);
    await described.answersItsExample(alice, 'listNamespaceImages', 200);
    await described.answersItsExample(alice, 'showImage', 200);
    await described.answersItsExample(alice, 'updateImage', 200);
  });

  it.each(['downloadImage', 'showImage'])('are what %s gives of a file: all, a part, nothing', async (id) => {
    const file = { Accept: 'application/octet-stream' };
    const whole = await described.call(alice, id, { headers: file });
    const etag = whole.headers.get('ETag') ?? '';
    const part = await described.call(alice, id, { headers: { ...file, Range: 'bytes=0-3' } });
    const known = await described.call(alice, id, { headers: { ...file, 'If-None-Match': etag } });
    expect([whole.status, part.status, known.status]).toEqual([200, 206, 304]);
    await described.answersItsExample(alice, id, 416, { headers: { ...file, Range: 'bytes=9999-' } });
  });

  it('are what asks for another format gets', async () => {
    const file = '/images/alice%2Fteam%2Fubuntu:24.04/file';
    await described.answersItsExample(alice, 'downloadImage', 202, { path: `${file}?format=vmdk` });
    await described.answersItsExample(alice, 'downloadImage', 400, { path: `${file}?format=iso` });
  });

  it('are what asks how an image was built gets', async () => {
    await described.answersItsExample(alice, 'showImageBuild', 404);
    const { image_id } = await startBuild(alice, { dockerfile: 'FROM scratch\nLABEL of=nothing\n' });
    expect((await described.call(alice, 'showImageBuild', { path: `/images/${image_id}/build` })).status).toBe(200);
  });

  it('are what refused requests get', async () => {
    await collaborate(alice, 'team', bob, 'reader');
    await described.answersItsExample(alice, 'listImages', 400, { path: '/images?sort=size' });
    await described.answersItsExample(alice, 'listNamespaceImages', 400, { path: '/n/alice/team/-/images?sort=size' });
    await described.answersItsExample(alice, 'pushImage', 400, { raw: tiny });
    await described.answersItsExample(bob, 'pushImage', 403, {
      path: '/images?name=x&namespace=team@alice',
      raw: tiny,
    });
    expect(
      (await described.call(alice, 'pushImage', { path: '/images?name=x', raw: Buffer.alloc(2 ** 21) })).status,
    ).toBe(413);
    await described.answersItsExample(alice, 'showImage', 406, { headers: { Accept: 'text/html' } });
    await described.answersItsExample(alice, 'updateImage', 400, { json: { visibility: 'secret' } });
    await described.answersItsExample(bob, 'updateImage', 403);
    await described.answersItsExample(bob, 'deleteImage', 403);
    await described.call(alice, 'updateImage', { json: { protected: true } });
    await described.answersItsExample(alice, 'deleteImage', 409);
    await described.call(alice, 'updateImage', { json: { protected: false } });
    for (const id of ['showImage', 'downloadImage', 'listNamespaceImages']) {
      await described.answersItsExample(api.anonymous, id, 404);
    }
    for (const id of ['updateImage', 'deleteImage']) await described.answersItsExample(carol, id, 404);
  });

  it('leave no answer unseen but those that take a race, a full disk, a machine without programs or a minute', async () => {
    await described.answersItsExample(alice, 'deleteImage', 204);
    expect(described.untold('Images')).toEqual([
      'pushImage 408',
      'pushImage 409',
      'pushImage 503',
      'pushImage 507',
      'updateImage 409',
      'downloadImage 503',
    ]);
  });
});
