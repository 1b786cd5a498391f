import { backoffMs } from './backoff.js';
import { parseRetryAfterMs } from './retry-after.js';

const backoff = { baseMs: 100, maxMs: 1_000 };

describe('backoffMs', () => {
  it('doubles up to its limit', () => {
    expect([1, 2, 3, 4, 5, 60].map((attempt) => backoffMs(backoff, attempt, 1))).toEqual([
      100, 200, 400, 800, 1_000, 1_000,
    ]);
  });

  it('spreads the second half', () => {
    expect([0, 0.5].map((random) => backoffMs(backoff, 1, random))).toEqual([50, 75]);
  });

  it('waits as long as the server asks, within the limit', () => {
    expect([10, 300, 86_400_000].map((askedMs) => backoffMs(backoff, 1, 1, askedMs))).toEqual([100, 300, 1_000]);
  });
});

describe('parseRetryAfterMs', () => {
  it.each([
    ['120', 120_000],
    ['Thu, 01 Jan 1970 00:01:40 GMT', 60_000],
    ['Thu, 01 Jan 1970 00:00:01 GMT', 0],
    ['soon', undefined],
    [undefined, undefined],
  ])('reads %s as %s', (header, expected) => {
    expect(parseRetryAfterMs(header, 40_000)).toBe(expected);
  });
});
