import { startTestApi, type TestApi } from '../../support/api.js';
import { expectStatus, newNamespace, newUser, pushImage, type TestUser } from '../../support/builders.js';
import { newMover } from '../../support/teams.js';
import { DescribedApi } from '../../support/described-api.js';

const described = await DescribedApi.committed();

describe('the examples of transfers, called in the order of a story', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    expectStatus(await api.admin.post('/teams', { name: 'platform' }), 201);
    const lead = { json: { role: 'lead' } };
    expectStatus(await api.admin.call('PUT', '/teams/platform/members/alice', lead), 200);
    await newUser(api.admin, 'bob');
    await newNamespace(alice, 'team');
    await pushImage(alice, 'name=ubuntu&tag=24.04&namespace=team');
  });
  afterAll(() => api.close());

  it('are what images get', async () => {
    await described.answersItsExample(alice, 'transferImage', 400, { json: { to: 'nobody-at-all' } });
    await described.answersItsExample(alice, 'transferImage', 403, { json: { to: 'bob' } });
    await described.answersItsExample(alice, 'transferImage', 404, { path: '/images/999/transfer' });
    const given = await described.call(alice, 'transferImage');
    expect(given).toMatchObject({ status: 200, body: { reference: 'platform/ubuntu:24.04', namespace: null } });
    await pushImage(alice, 'name=ubuntu&tag=24.04&namespace=team');
    await described.answersItsExample(alice, 'transferImage', 409);
    const mover = await newMover(api.admin, 'image:write');
    const path = `/images/${(await pushImage(mover, 'name=disk')).id}/transfer`;
    expect((await described.call(mover, 'transferImage', { path, json: { to: 'bob' } })).status).toBe(204);
  });

  it('are what namespaces get', async () => {
    await described.answersItsExample(alice, 'transferNamespace', 400, { json: { to: 'nobody-at-all' } });
    await described.answersItsExample(alice, 'transferNamespace', 403, { json: { to: 'bob' } });
    await described.answersItsExample(alice, 'transferNamespace', 404, { path: '/n/alice/nowhere/-/transfer' });
    const given = await described.call(alice, 'transferNamespace');
    expect(given).toMatchObject({ status: 200, body: { path: 'team', user: { username: 'platform' } } });
    await newNamespace(alice, 'team');
    await described.answersItsExample(alice, 'transferNamespace', 409);
    const mover = await newMover(api.admin, 'namespace:write');
    await newNamespace(mover, 'given');
    const path = `/n/${mover.username}/given/-/transfer`;
    expect((await described.call(mover, 'transferNamespace', { path, json: { to: 'bob' } })).status).toBe(204);
  });

  it('leave no answer unseen', () => {
    expect(described.untold('Transfers')).toEqual([]);
  });
});
