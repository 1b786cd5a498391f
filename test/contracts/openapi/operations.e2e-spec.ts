import { startTestApi, type TestApi } from '../../support/api.js';
import { collaborate, expectStatus, newNamespace, newUser, type TestUser } from '../../support/builders.js';
import { DescribedApi, newExampleUser } from '../../support/described-api.js';
import { print } from '../../support/operation-log.js';

const described = await DescribedApi.committed();
const ALL = [
  'listImageOperations',
  'showOperation',
  'readOperationLog',
  'readImageLog',
  'cancelOperation',
  'retryOperation',
];
const LOGS = ['readOperationLog', 'readImageLog'];

describe('the examples of operations, called in the order of a story', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let carol: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newExampleUser(api.admin, 'alice');
    [bob, carol] = [await newUser(api.admin, 'bob'), await newUser(api.admin, 'carol')];
    await newNamespace(alice, 'team');
    await collaborate(alice, 'team', bob, 'reader');
    const download_url = 'https://images.example.com/ubuntu.qcow2';
    const json = { name: 'ubuntu', tag: '24.04', namespace: 'team', download_url };
    expectStatus(await alice.call('POST', '/images', { json }), 201);
    await print(api, 1, `Downloading ${download_url}`);
  });
  afterAll(() => api.close());

  const logPath = (id: string, query: string): string =>
    `${id === 'readImageLog' ? '/images/alice%2Fteam%2Fubuntu:24.04' : '/operations/1'}/logs${query}`;

  it('are what their readers get', async () => {
    for (const id of ['listOperations', 'listImageOperations', 'showOperation']) {
      await described.answersItsExample(alice, id, 200);
      await described.answersItsExample(bob, id, 200);
    }
  });

  it.each(LOGS)('are what readers of a log get, in each form: %s', async (id) => {
    for (const Accept of ['application/x-ndjson', 'text/event-stream', 'text/plain']) {
      const path = logPath(id, '?follow=false');
      const { status, headers } = await described.call(bob, id, { path, headers: { Accept } });
      expect([status, headers.get('content-type')]).toEqual([200, expect.stringContaining(Accept)]);
    }
    await described.answersItsExample(bob, id, 400, { path: logPath(id, '?offset=x') });
    await described.answersItsExample(bob, id, 406, { headers: { Accept: 'image/png' } });
  });

  it('are what those who manage them get', async () => {
    await described.answersItsExample(alice, 'retryOperation', 409);
    await described.answersItsExample(alice, 'cancelOperation', 202);
    expect((await described.call(alice, 'cancelOperation')).status).toBe(409);
    await described.answersItsExample(alice, 'retryOperation', 202);
  });

  it('are what refused requests get', async () => {
    await described.answersItsExample(alice, 'listOperations', 400, { path: '/operations?status=done' });
    const path = '/images/alice%2Fteam%2Fubuntu:24.04/operations?status=done';
    await described.answersItsExample(alice, 'listImageOperations', 400, { path });
    for (const id of ['cancelOperation', 'retryOperation']) await described.answersItsExample(bob, id, 403);
    for (const id of ALL) await described.answersItsExample(carol, id, 404);
  });

  it('leave no answer unseen', () => {
    expect(described.untold('Operations')).toEqual([]);
  });
});
