import { maskUrl } from './mask-url.js';

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
});
