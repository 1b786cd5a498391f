import { startTestApi, type TestApi } from '../../support/api.js';
import { collaborate, expectStatus, newUser, pushImage, type TestUser } from '../../support/builders.js';
import { DescribedApi, idOf, newExampleUser } from '../../support/described-api.js';
import type { NativeClient } from '../../support/native-client.js';

const described = await DescribedApi.committed();

describe('the examples of namespaces, invites and collaborators, called in the order of a story', () => {
  let api: TestApi;
  let admin: NativeClient;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    ({ admin } = api);
    alice = await newExampleUser(admin, 'alice');
    bob = await newExampleUser(admin, 'bob');
    carol = await newUser(admin, 'carol');
  });
  afterAll(() => api.close());

  it('are what namespaces get', async () => {
    await described.answersItsExample(alice, 'createNamespace', 201);
    await described.answersItsExample(alice, 'listNamespaces', 200);
    await described.answersItsExample(alice, 'showNamespace', 200);
    await described.answersItsExample(alice, 'updateNamespace', 200);
    await described.call(alice, 'createNamespace', { json: { name: 'ci', parent: 'team' } });
    await described.answersItsExample(alice, 'listChildNamespaces', 200);
  });

  it('are what invites get', async () => {
    const declined = idOf(await described.answersItsExample(alice, 'invite', 201));
    await described.answersItsExample(alice, 'listInvites', 200);
    await described.answersItsExample(bob, 'listReceivedInvites', 200);
    await described.answersItsExample(bob, 'deleteInvite', 204, { path: `/invites/${declined}` });
    const accepted = idOf(await described.call(alice, 'invite'));
    await described.answersItsExample(bob, 'acceptInvite', 200, { path: `/invites/${accepted}` });
    await described.answersItsExample(alice, 'listCollaborators', 200);
    await described.answersItsExample(alice, 'removeCollaborator', 204);
  });

  it('are what refused requests for namespaces get', async () => {
    await collaborate(alice, 'team', bob, 'reader');
    await described.answersItsExample(alice, 'createNamespace', 400);
    await described.answersItsExample(alice, 'updateNamespace', 400, { json: { visibility: 'secret' } });
    for (const id of [
      'updateNamespace',
      'deleteNamespace',
      'listInvites',
      'invite',
      'listCollaborators',
      'removeCollaborator',
    ]) {
      await described.answersItsExample(bob, id, 403);
      await described.answersItsExample(carol, id, 404);
    }
    for (const id of ['listChildNamespaces', 'showNamespace']) {
      await described.answersItsExample(api.anonymous, id, 404);
    }
    await pushImage(alice, 'name=ubuntu&tag=24.04&namespace=team');
    const namesake = await pushImage(alice, 'name=ubuntu&tag=24.04');
    await described.answersItsExample(alice, 'deleteNamespace', 409);
    expectStatus(await alice.delete(`/images/${namesake.id}`), 204);
  });

  it('are what refused requests for invites get', async () => {
    await described.answersItsExample(alice, 'invite', 400, { json: {} });
    await described.answersItsExample(bob, 'acceptInvite', 404, { path: '/invites/999' });
    await described.answersItsExample(bob, 'deleteInvite', 404, { path: '/invites/999' });
    const dave = await newUser(admin, 'dave');
    await described.call(dave, 'createNamespace');
    const offered = idOf(await described.call(dave, 'invite', { path: '/n/dave/team/-/invites' }));
    await described.call(admin, 'updateUser', { path: '/users/dave', json: { disabled: true } });
    await described.answersItsExample(bob, 'acceptInvite', 409, { path: `/invites/${offered}` });
    await described.answersItsExample(alice, 'removeCollaborator', 400, {
      path: '/n/alice/team/-/collaborators/carol',
    });
  });

  it('leave no answer unseen', async () => {
    await described.answersItsExample(alice, 'deleteNamespace', 204);
    expect(described.untold('Namespaces', 'Invites and collaborators')).toEqual([]);
  });
});
