import { formatRefreshInterval, parseRefreshInterval } from './refresh-interval.js';

describe('an interval of refreshes', () => {
  it.each([
    ['15m', 900, '15m'],
    ['60m', 3_600, '1h'],
    ['90m', 5_400, '90m'],
    ['6h', 21_600, '6h'],
    ['24h', 86_400, '1d'],
    ['365d', 31_536_000, '365d'],
  ])('%s has %d seconds, and is shown as %s', (text, seconds, shown) => {
    expect(parseRefreshInterval(text)).toBe(seconds);
    expect(formatRefreshInterval(seconds)).toBe(shown);
  });

  it.each(['', '14m', '0h', '366d', '8761h', '24', 'h', '24 h', '24H', '-1d', '1.5d', '1d2h', '99999999m', '٣h'])(
    'is not %j',
    (text) => {
      expect(parseRefreshInterval(text)).toBeUndefined();
    },
  );
});
