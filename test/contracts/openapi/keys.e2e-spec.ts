import { startTestApi, type TestApi } from '../../support/api.js';
import { mintToken, newUser, type TestUser } from '../../support/builders.js';
import { DescribedApi, idOf } from '../../support/described-api.js';
import { Hotkey } from '../../support/hotkeys.js';
import { NativeClient } from '../../support/native-client.js';

const described = await DescribedApi.committed();

describe('the examples of hotkeys and API keys, called in the order of a story', () => {
  let api: TestApi;
  let alice: TestUser;
  let minter: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    minter = new NativeClient(api.url, await mintToken(alice, ['token:write']));
  });
  afterAll(() => api.close());

  it('are what hotkeys get', async () => {
    const proof = (hotkey = new Hotkey()): object => ({ ...hotkey.proof('alice'), name: 'workstation' });
    const [hotkey, json] = [new Hotkey(), proof()];
    const id = idOf(await described.answersItsExample(alice, 'createHotkey', 201, { json: proof(hotkey) }));
    await described.answersItsExample(alice, 'listHotkeys', 200);
    await described.answersItsExample(alice, 'createHotkey', 409, { json: proof(hotkey) });
    await described.answersItsExample(alice, 'createHotkey', 400, { json: { ...json, signature: '' } });
    await described.answersItsExample(minter, 'createHotkey', 403, { json });
    await described.answersItsExample(alice, 'deleteHotkey', 204, { path: `/user/hotkeys/${id}` });
    await described.answersItsExample(alice, 'deleteHotkey', 404, { path: `/user/hotkeys/${id}` });
  });

  it('are what API keys get', async () => {
    const id = idOf(await described.answersItsExample(alice, 'createApiKey', 201));
    const path = `/user/api-keys/${id}`;
    await described.answersItsExample(alice, 'showApiKey', 200, { path });
    await described.answersItsExample(alice, 'listApiKeys', 200);
    await described.answersItsExample(alice, 'createApiKey', 409);
    await described.answersItsExample(alice, 'createApiKey', 400, { json: { name: 'x' } });
    await described.answersItsExample(minter, 'createApiKey', 403, {
      json: { name: 'x', scopes: [{ object_type: 'images', action: 'delete' }] },
    });
    await described.answersItsExample(alice, 'deleteApiKey', 204, { path });
    await described.answersItsExample(alice, 'deleteApiKey', 404, { path });
    await described.answersItsExample(alice, 'showApiKey', 404, { path });
  });

  it('leave no described answer unseen', () => {
    expect(described.untold('Hotkeys', 'API keys')).toEqual([]);
  });
});
