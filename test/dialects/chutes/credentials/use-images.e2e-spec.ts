import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser } from '../../../support/builders.js';
import { chutesBody } from '../../../support/chutes-body.js';
import { buildParts, ChutesClient } from '../../../support/chutes-client.js';
import { type Hotkey, hotkeyOf, newApiKey } from '../../../support/hotkeys.js';
import { NativeClient } from '../../../support/native-client.js';

/** Of `bob/demo:1.0`. */
const DEMO = 'ff1ac278-f85f-5aff-af56-0ed86b18891e';
const ADVICE = 'Sign the request with a hotkey that is registered here, or send an API key in Authorization';
const DENIED = 'The scopes of the API key do not allow this; make one that has them';

describe('images of the Chutes dialect', () => {
  let api: TestApi;
  let bob: TestUser;
  let hotkey: Hotkey;
  beforeAll(async () => {
    api = await startTestApi();
    bob = await newUser(api.admin, 'bob');
    hotkey = await hotkeyOf(bob);
  });
  afterAll(() => api.close());

  it('are built, listed, got, followed and deleted with a hotkey, as the SDK does', async () => {
    const chutes = new ChutesClient(api.url, { signer: hotkey });
    const built = await chutes.build(buildParts({ username: 'bob' }));
    expect([built.status, built.body]).toEqual([202, chutesBody('bob/demo:1.0')]);
    const listed = await chutes.list();
    expect([listed.status, listed.body]).toMatchObject([200, { total: 1, items: [{ image_id: DEMO }] }]);
    expect(await chutes.get(DEMO)).toMatchObject({ status: 200, body: { image_id: DEMO } });
    const log = await chutes.openLog(DEMO);
    expect(log.statusCode).toBe(200);
    log.destroy();
    const deleted = await chutes.delete('bob/demo:1.0');
    expect([deleted.status, deleted.body]).toEqual([200, { image_id: DEMO, deleted: true }]);
  });

  it('are not built of a body that is not the one that was signed', async () => {
    const chutes = new ChutesClient(api.url, { signer: hotkey });
    const nonce = Math.floor(Date.now() / 1000);
    const { status, body } = await chutes.build(buildParts({ username: 'bob', name: 'forged' }), {
      ...hotkey.headers('0'.repeat(64), nonce),
    });
    const detail = expect.stringMatching(
      `^The signature does not fit; sign exactly this: ${hotkey.address}:${nonce}:`,
    ) as string;
    expect([status, body]).toEqual([401, { detail }]);
    expect((await chutes.get('bob/forged:1.0')).status).toBe(404);
  });

  it('are within an API key’s scopes, at either path', async () => {
    await pushImage(bob, 'name=demo&tag=1.0');
    await pushImage(bob, 'name=other&tag=1.0');
    const scopes = [{ object_type: 'images', object_id: DEMO, action: 'read' }];
    const { secret_key: token } = await newApiKey(bob, { name: 'one', scopes });
    for (const prefix of ['/images', '/chutes/images'] as const) {
      const chutes = new ChutesClient(api.url, { token }, prefix);
      expect(await chutes.get(DEMO)).toMatchObject({ status: 200, body: { image_id: DEMO } });
      const answers = [
        await chutes.list(),
        await chutes.get('bob/demo:1.0'),
        await chutes.get('bob/other:1.0'),
        await chutes.delete(DEMO),
        await chutes.call('GET', `/${DEMO}/logs`),
        await chutes.build(buildParts({ username: 'bob', name: 'new' })),
      ];
      for (const { status, headers, body } of answers) {
        expect([status, body, headers['www-authenticate']]).toEqual([401, { detail: DENIED }, undefined]);
      }
    }
  });

  it('are for nobody without a credential, whatever they send, and for our own tokens', async () => {
    for (const token of [undefined, 'x', `cpk_${'0'.repeat(98)}`]) {
      const { status, headers, body } = await new ChutesClient(api.url, { token }).list();
      const detail = expect.any(String) as string;
      expect([status, body, headers['www-authenticate']]).toEqual([401, { detail }, undefined]);
    }
    expect((await new ChutesClient(api.url, {}).list()).body).toEqual({ detail: ADVICE });
    expect((await new ChutesClient(api.url, bob).list()).status).toBe(200);
    expect((await new NativeClient(api.url, bob.token).get('/chutes/images/')).status).toBe(200);
  });
});
