import { isNotModified, rangeApplies } from './conditional-request.js';

const validators = { etag: '"abc"', lastModified: new Date('2026-03-01T12:00:00.750Z') };
const [BEFORE, SAME, AFTER] = ['11:59:59', '12:00:00', '12:00:01'].map((time) => `Sun, 01 Mar 2026 ${time} GMT`);

describe('isNotModified', () => {
  it.each(['"abc"', 'W/"abc"', '"x", "abc"', '"x",W/"abc" , "y"', '*', ' * '])(
    'holds for If-None-Match %s',
    (header) => {
      expect(isNotModified({ 'if-none-match': header }, validators)).toBe(true);
    },
  );

  it.each(['"abd"', 'abc', '""', '"abc', '"ab", "c"', '"*"', ''])('does not hold for If-None-Match %s', (header) => {
    expect(isNotModified({ 'if-none-match': header }, validators)).toBe(false);
  });

  it.each([SAME, AFTER, 'Sunday, 01-Mar-26 12:00:00 GMT', 'Sun Mar  1 12:00:00 2026'])(
    'holds for If-Modified-Since %s, whatever the fraction of the second',
    (header) => {
      expect(isNotModified({ 'if-modified-since': header }, validators)).toBe(true);
    },
  );

  it.each([BEFORE, '', '9999', '2099-01-01', '2099-01-01T00:00:00Z', 'tomorrow', 'Sun, 01 Mar 2026 12:00:01'])(
    'does not hold for If-Modified-Since %s',
    (header) => {
      expect(isNotModified({ 'if-modified-since': header }, validators)).toBe(false);
    },
  );

  it('lets If-None-Match decide alone where both are there', () => {
    expect(isNotModified({ 'if-none-match': '"x"', 'if-modified-since': AFTER }, validators)).toBe(false);
    expect(isNotModified({ 'if-none-match': '"abc"', 'if-modified-since': BEFORE }, validators)).toBe(true);
  });

  it('does not hold without a condition', () => {
    expect(isNotModified({}, validators)).toBe(false);
  });
});

describe('rangeApplies', () => {
  it.each([undefined, '"abc"', ' "abc" ', SAME])('holds for If-Range %s', (header) => {
    expect(rangeApplies({ ...(header !== undefined && { 'if-range': header }) }, validators)).toBe(true);
  });

  it.each(['"abd"', 'W/"abc"', '"abc", "x"', BEFORE, AFTER, '', 'abc', '*'])(
    'does not hold for If-Range %s',
    (header) => {
      expect(rangeApplies({ 'if-range': header }, validators)).toBe(false);
    },
  );
});
