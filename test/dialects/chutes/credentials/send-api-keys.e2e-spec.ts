import { newUser, type TestUser, withScopes } from '../../../support/builders.js';
import { newApiKey } from '../../../support/hotkeys.js';
import { NativeClient } from '../../../support/native-client.js';
import { type SignedApi, startSignedApi } from '../../../support/signed-api.js';

const IMAGE = 'ff1ac278-f85f-5aff-af56-0ed86b18891e';
const OTHER = 'e5b96373-8ff7-53ab-bf14-ad0b48a29c3d';
const DENIED = { detail: 'The scopes of the API key do not allow this; make one that has them' };
const UNKNOWN = { detail: 'The API key is malformed, unknown, revoked or expired; make one and send it' };

const LIST = ['GET', '/chutes/images/?page=0'] as const;
const SHOW = ['GET', `/chutes/images/${IMAGE}`] as const;
const SHOW_OTHER = ['GET', `/chutes/images/${OTHER}`] as const;
const SHOW_NAMED = ['GET', '/chutes/images/alice/demo:1.0'] as const;
const LOGS = ['GET', `/chutes/images/${IMAGE}/logs`] as const;
const DELETE = ['DELETE', `/chutes/images/${IMAGE}`] as const;
const DELETE_OTHER = ['DELETE', `/chutes/images/${OTHER}`] as const;
const CREATE = ['POST', '/chutes/images/'] as const;
const EVERYTHING = [LIST, SHOW, SHOW_OTHER, SHOW_NAMED, LOGS, DELETE, DELETE_OTHER, CREATE];

const limit = (action: string | null, object_id: string | null = null): object => ({
  ...{ object_type: 'images', object_id, action },
});

describe('a request with an API key', () => {
  let api: SignedApi;
  let alice: TestUser;
  let count = 0;
  beforeAll(async () => {
    api = await startSignedApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  const newKey = async (input: object): Promise<string> =>
    (await newApiKey(alice, { name: `key${++count}`, ...input })).secret_key;
  const send = async (Authorization: string, [method, path]: readonly [string, string] = LIST): Promise<unknown[]> => {
    const raw = method === 'POST' ? { raw: Buffer.from('body') } : {};
    const { status, body } = await new NativeClient(api.url).call(method, path, { headers: { Authorization }, ...raw });
    return [status, body];
  };

  it.each([
    ['an admin key', { admin: true }, EVERYTHING],
    ['any action on any image', { scopes: [limit(null)] }, EVERYTHING],
    ['to read', { scopes: [limit('read')] }, [LIST, SHOW, SHOW_OTHER, SHOW_NAMED, LOGS]],
    ['to write', { scopes: [limit('write')] }, [CREATE]],
    ['to delete', { scopes: [limit('delete')] }, [DELETE, DELETE_OTHER]],
    ['to read one image', { scopes: [limit('read', IMAGE)] }, [SHOW]],
    ['any action on one image', { scopes: [limit(null, IMAGE)] }, [SHOW, DELETE]],
    [
      'to read all and delete one',
      { scopes: [limit('read'), limit('delete', OTHER)] },
      [LIST, SHOW, SHOW_OTHER, SHOW_NAMED, LOGS, DELETE_OTHER],
    ],
  ])('may do what it says and nothing else: %s', async (_, input, allowed) => {
    const secret = await newKey(input);
    for (const one of EVERYTHING) {
      const [status, body] = await send(secret, one);
      const good = allowed.includes(one);
      expect([one, status]).toEqual([one, good ? (one === CREATE ? 201 : 200) : 401]);
      expect(body).toEqual(good ? expect.objectContaining({ username: 'alice' }) : DENIED);
    }
  });

  it('has the scopes of its action alone', async () => {
    const secret = await newKey({ admin: true });
    expect(await send(secret, LIST)).toEqual([200, { username: 'alice', scopes: ['image:read', 'operation:read'] }]);
    expect(await send(secret, DELETE)).toEqual([200, { username: 'alice', scopes: ['image:delete'] }]);
    expect(await send(secret, CREATE)).toMatchObject([201, { scopes: ['image:build', 'image:write'] }]);
  });

  it('may send it under any scheme, or none', async () => {
    const secret = await newKey({ admin: true });
    for (const scheme of ['', 'Bearer ', 'Basic ', 'bearer  ', 'Key of mine ']) {
      expect([scheme, (await send(scheme + secret))[0]]).toEqual([scheme, 200]);
    }
  });

  it('may not do what the token could not that made an admin key', async () => {
    const weak = await withScopes(alice, 'token:write', 'image:read');
    const { secret_key: secret } = await newApiKey(weak, { name: 'weak', admin: true });
    expect(await send(secret, LIST)).toEqual([200, { username: 'alice', scopes: ['image:read'] }]);
    expect(await send(secret, DELETE)).toEqual([401, { detail: 'Your token does not have the scope image:delete' }]);
  });

  it('is refused for a key that is malformed, unknown or revoked, also for a log', async () => {
    const { id, secret_key: secret } = await newApiKey(alice, { name: 'revoked', admin: true });
    const unknown = secret.slice(0, -1) + (secret.endsWith('x') ? 'y' : 'x');
    const cut = secret.slice(0, -1);
    for (const key of ['cpk_', cut, `${secret}x`, secret.toUpperCase().replace('CPK', 'cpk'), unknown]) {
      for (const one of [LIST, LOGS]) expect([key, ...(await send(key, one))]).toEqual([key, 401, UNKNOWN]);
    }
    await alice.delete(`/user/api-keys/${id}`);
    expect(await send(secret)).toEqual([401, UNKNOWN]);
  });

  it('dies when its user is disabled', async () => {
    const bob = await newUser(api.admin);
    const { secret_key: secret } = await newApiKey(bob, { name: 'x', admin: true });
    expect((await send(secret))[0]).toBe(200);
    await api.admin.patch(`/users/${bob.username}`, { disabled: true });
    expect(await send(secret)).toEqual([401, UNKNOWN]);
  });

  it('is as good with one of our own tokens, under its own scopes', async () => {
    const reader = await withScopes(alice, 'image:read');
    expect(await send(`Bearer ${reader.token ?? ''}`)).toEqual([200, { username: 'alice', scopes: ['image:read'] }]);
    const lacking = { detail: 'Your token does not have the scope image:delete' };
    expect(await send(`Bearer ${reader.token ?? ''}`, DELETE)).toEqual([401, lacking]);
    const unknown = { detail: 'The token is malformed, unknown, revoked or expired' };
    for (const text of ['Bearer', 'Bearer no-such-token', 'Basic YTpi'])
      expect(await send(text)).toEqual([401, unknown]);
  });
});
