import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { startDownload } from '../../../support/downloads.js';
import { cancelledBody, NOWHERE, operationBody } from '../../../support/operation-body.js';
import { MANAGERS, newScene, newTeamScene, READERS, STRANGERS } from '../../../support/operation-callers.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('GET /operations/:id', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  it('shows the whole operation, without the password of its source', async () => {
    const operation = await startDownload(alice, NOWHERE.replace('//', '//bob:secret@'));
    const { status, body } = await alice.get(`/operations/${operation.id}`);
    const source = 'https://bob:xxxxx@images.example.com/disk.qcow2';
    expect({ status, body }).toEqual({ status: 200, body: operationBody(alice, operation, { source }) });
  });

  it('shows how one ended', async () => {
    const operation = await startDownload(alice, NOWHERE);
    await alice.post(`/operations/${operation.id}/cancel`);
    expect((await alice.get(`/operations/${operation.id}`)).body).toEqual(cancelledBody(alice, operation));
  });

  it('follows its image to another name, namespace or owner', async () => {
    const { owner, operation } = await newScene(api.admin);
    const path = `/operations/${operation.id}`;
    await owner.patch(`/images/${operation.image_id}`, { name: 'renamed', tag: 'v2', namespace: null });
    expect((await owner.get(path)).body).toMatchObject({ image: `${owner.username}/renamed:v2` });
    expect((await api.admin.post(`/images/${operation.image_id}/transfer`, { to: 'alice' })).status).toBeLessThan(300);
    expect((await alice.get(path)).body).toMatchObject({ image: 'alice/renamed:v2', author: owner.username });
    expect(await owner.get(path)).toMatchObject(NOT_FOUND);
  });

  it.each([...MANAGERS, ...READERS])('answers %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    const { status, body } = await (await caller(scene)).get(`/operations/${scene.operation.id}`);
    expect({ status, body }).toMatchObject({ status: 200, body: { id: scene.operation.id, status: 'queued' } });
  });

  it.each(STRANGERS)('answers 404 to %s, also where anybody may see the image', async (_, caller) => {
    for (const visibility of ['private', 'internal', 'public']) {
      const scene = await newScene(api.admin, visibility);
      expect(await (await caller(scene)).get(`/operations/${scene.operation.id}`)).toMatchObject(NOT_FOUND);
    }
  });

  it('answers the members of a team that owns the image', async () => {
    const { operation, member } = await newTeamScene(api.admin);
    expect((await member.get(`/operations/${operation.id}`)).status).toBe(200);
  });

  it.each(['0', '2147483647', '99999999999', 'x', '-1', '1.5'])('answers 404 to the number %s', async (id) => {
    expect(await alice.get(`/operations/${id}`)).toMatchObject(NOT_FOUND);
  });

  it('answers 404 once the image is deleted', async () => {
    const operation = await startDownload(alice, NOWHERE);
    await alice.delete(`/images/${operation.image_id}`);
    expect(await alice.get(`/operations/${operation.id}`)).toMatchObject(NOT_FOUND);
  });
});
