import { maskUrl, secretsOf } from './mask-url.js';

describe('maskUrl', () => {
  it.each([
    ['https://user:secret@Example.com/Path/Image.qcow2?Q=1', 'https://user:xxxxx@example.com/Path/Image.qcow2?Q=1'],
    ['https://user@example.com/', 'https://user@example.com/'],
    ['https://:secret@example.com/', 'https://:xxxxx@example.com/'],
    ['http:user:secret@example.com/a', 'http://user:xxxxx@example.com/a'],
    ['https://example.com/a:b@c', 'https://example.com/a:b@c'],
    ['https://user:sec@ret@example.com:99999/', 'https://user:xxxxx@example.com:99999/'],
    ['https://user:sec/ret@example.com/a', 'https://user:xxxxx@example.com/a'],
    ['//user:secret@example.com:99999/', '//user:xxxxx@example.com:99999/'],
    ['no url', 'no url'],
  ])('shows %s as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });

  it.each([
    ...['X-Amz-Signature', 'X-Amz-Credential', 'X-Amz-Security-Token', 'X-Goog-Signature', 'X-Goog-Credential'],
    ...[
      'AWSAccessKeyId',
      'Signature',
      'sig',
      'token',
      'access_token',
      'accessToken',
      'private_token',
      'key',
      'api_key',
    ],
    ...['API-Key', 'apikey', 'secret', 'client_secret', 'password', 'passwd', 'PWD', 'auth', 'Authorization'],
    ...['credential', 'credentials', 'code', 'jwt', 'session', 'session_id', 'access%5Ftoken'],
  ])('hides the value of the parameter %s, wherever it stands', (name) => {
    const url = (value: string): string =>
      `https://example.com/a?${name}=${value}&Expires=9&${name}=${value}&b=%20+c#${name}=${value}`;
    expect(maskUrl(url('s3=cr/et;%26?'))).toBe(url('xxxxx'));
  });

  it.each([
    'https://example.com/key=1/token=2?keyword=a&country_code=de&design=b&tokens=3&signed=4&zip-code=5&q=token&token',
    'https://example.com/?b=%7e&a=+%20&%C3%A9=1&a=&token=&;#code',
  ])('shows %s as it is', (url) => {
    expect(maskUrl(url)).toBe(url);
  });

  it.each([
    ['/next?token=abc&a=1', '/next?token=xxxxx&a=1'],
    ['http://user:pw@host:99999/?a=1&Sig=a b"c&d=e f', 'http://user:xxxxx@host:99999/?a=1&Sig=xxxxx&d=e f'],
    ['https://h.test/?a=1;token=b;c=2&d=3', 'https://h.test/?a=1;token=xxxxx&d=3'],
    [
      'https://h.test/get?url=https%3A%2F%2Fb%2Fx%3FX-Amz-Signature%3Dabc%26X-Amz-Expires%3D1&a=1',
      'https://h.test/get?url=https%3A%2F%2Fb%2Fx%3FX-Amz-Signature%3Dxxxxx%26X-Amz-Expires%3D1&a=1',
    ],
  ])('shows %s, which is no URL or an odd one, as %s', (url, shown) => {
    expect(maskUrl(url)).toBe(shown);
  });
});

describe('secretsOf', () => {
  it('names what is hidden, as it is sent and decoded', () => {
    expect(secretsOf('https://bob:pa%20ss@h.test/?Expires=12345678&Signature=abc%2Fdefgh%3D&token=%zz345678')).toEqual([
      ...['pa%20ss', 'pa ss', 'abc%2Fdefgh%3D', 'abc/defgh=', '%zz345678', '%zz345678'],
    ]);
  });

  it('names no short value, which a log may hold by chance, and nothing of what is no URL', () => {
    expect(secretsOf('https://h.test/?code=1&key=seven77')).toEqual([]);
    expect(secretsOf('no url?token=abcdefghijkl')).toEqual([]);
  });
});
