import { datedTag } from './dated-tag.js';

const AT = new Date('2026-11-21T23:59:59.999Z');

describe('datedTag', () => {
  it('names the day, and from the second on which of the day', () => {
    expect([1, 2, 10].map((nth) => datedTag('12', AT, nth))).toEqual([
      '12-20261121',
      '12-20261121-2',
      '12-20261121-10',
    ]);
  });

  it('cuts what would be too long for a tag', () => {
    expect(datedTag('x'.repeat(128), AT, 1)).toBe(`${'x'.repeat(119)}-20261121`);
    expect(datedTag('x'.repeat(128), AT, 12)).toHaveLength(128);
  });
});
