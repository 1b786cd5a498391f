import { startTestApi, type TestApi } from '../../support/api.js';
import { pushImage } from '../../support/builders.js';

const SECURITY_HEADERS = {
  'content-security-policy': "default-src 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'SAMEORIGIN',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

describe('security headers', () => {
  let api: TestApi;
  let file: string;
  beforeAll(async () => {
    api = await startTestApi();
    file = `/images/${(await pushImage(api.admin, 'name=disk')).id}/file`;
  });
  afterAll(() => api.close());

  it.each([
    ['JSON', () => '/user', 200],
    ['an image’s file', () => file, 200],
    ['an unknown path', () => '/nope', 404],
    ['a malformed escape', () => '/%zz', 400],
  ])('are on %s', async (_, path, status) => {
    const answer = await api.admin.get(path());
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(answer.headers)).toMatchObject(SECURITY_HEADERS);
  });

  it('do not tell what serves', async () => {
    const { headers } = await api.admin.get('/user');
    expect([headers.get('x-powered-by'), headers.get('server')]).toEqual([null, null]);
  });

  it('open no door to scripts of other sites', async () => {
    const { headers } = await api.admin.get('/user', { headers: { Origin: 'https://evil.example' } });
    expect(headers.get('access-control-allow-origin')).toBeNull();
  });
});
