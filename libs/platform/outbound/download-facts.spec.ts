import { factsOf, strongValidator } from './download-facts.js';

describe('strongValidator', () => {
  const lastModified = 'Tue, 04 Mar 2025 10:00:00 GMT';
  const date = 'Tue, 04 Mar 2025 10:00:01 GMT';

  it.each([
    ['a strong entity tag', { etag: '"v1"', 'last-modified': lastModified, date }, '"v1"'],
    ['the date of change beside a weak one', { etag: 'W/"v1"', 'last-modified': lastModified, date }, lastModified],
    ['no date that is too fresh', { 'last-modified': lastModified, date: lastModified }, undefined],
    ['no date without the time of the answer', { 'last-modified': lastModified }, undefined],
    ['nothing where there is nothing', {}, undefined],
  ])('takes %s', (_, headers, expected) => {
    expect(strongValidator(headers)).toBe(expected);
  });
});

describe('factsOf', () => {
  it.each([
    ['10', 10],
    ['10, 10', undefined],
    [undefined, undefined],
  ])('takes the length %s for %s', (length, totalBytes) => {
    const response = {
      status: 200,
      headers: { 'content-length': length },
      url: 'http://a.test/',
      body: nothing(),
      close: () => Promise.resolve(),
    };
    expect(factsOf(response)).toEqual({ totalBytes, etag: undefined, lastModified: undefined, url: 'http://a.test/' });
  });
});

async function* nothing(): AsyncGenerator<Buffer> {
  // Nobody reads it.
}
