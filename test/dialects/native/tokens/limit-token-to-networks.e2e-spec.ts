import { tokenBody } from '../../../support/account-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { NativeClient } from '../../../support/native-client.js';

const HERE = '127.0.0.0/8';
const ELSEWHERE = '10.0.0.0/8';
const SCOPES = ['token:read', 'token:write', 'image:read'];

describe('a token with cidrs', () => {
  let api: TestApi;
  let user: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    user = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const mint = async (cidrs: string[], by: NativeClient = user): Promise<NativeClient> => {
    const { status, body } = await by.post('/tokens', { name: 'test', scopes: SCOPES, cidrs });
    expect([status, body]).toEqual([201, tokenBody({ scopes: SCOPES, cidrs, token: expect.any(String) })]);
    return new NativeClient(api.url, (body as { token: string }).token);
  };

  it('counts from these networks, and from nowhere else', async () => {
    expect((await (await mint([ELSEWHERE, HERE])).get('/images')).status).toBe(200);
    const { status, headers, body } = await (await mint([ELSEWHERE])).get('/images');
    expect(status).toBe(401);
    expect(headers.get('www-authenticate')).toBe('Bearer realm="Diskyard", error="invalid_token"');
    expect(body).toEqual({ message: 'Send a valid token in the header "Authorization: Bearer <token>"' });
  });

  it('passes its networks on to the tokens it makes, and makes and rotates none that count from elsewhere', async () => {
    const limited = await mint([HERE]);
    const child = await limited.post('/tokens', { name: 'test', scopes: ['image:read'] });
    expect(child.body).toEqual(tokenBody({ cidrs: [HERE], token: expect.any(String) }));
    const refused = { message: `Your own token counts from ${HERE} only; so must one it makes` };
    for (const cidrs of [[], [ELSEWHERE], [HERE, ELSEWHERE]]) {
      const { status, body } = await limited.post('/tokens', { name: 'test', scopes: ['image:read'], cidrs });
      expect([status, body]).toEqual([403, refused]);
    }
    const { id } = (await user.post('/tokens', { name: 'free', scopes: ['image:read'] })).body as { id: number };
    const rotated = await limited.call('POST', `/tokens/${id}/rotate`);
    expect([rotated.status, rotated.body]).toEqual([403, refused]);
  });

  it.each([
    [['10.0.0.0'], 'No networks such as 10.0.0.0/8: 10.0.0.0'],
    [['10.0.0.0/8', '10.0.0.0/33'], 'No networks such as 10.0.0.0/8: 10.0.0.0/33'],
    [Array.from({ length: 101 }, () => HERE), 'Cidrs cannot name more than 100 networks'],
    ['10.0.0.0/8', 'Cidrs must be a list of strings'],
    [[1], 'Cidrs must be a list of strings'],
  ])('cannot be made of %j', async (cidrs, problem) => {
    const { status, body } = await user.post('/tokens', { name: 'x', scopes: ['image:read'], cidrs });
    expect([status, body]).toEqual([400, { cidrs: [problem] }]);
  });
});
