import { csvLine } from './audit-csv.js';

describe('a line of CSV', () => {
  it.each([
    ['plain', 'plain'],
    ['a,b', '"a,b"'],
    ['say "hi"', '"say ""hi"""'],
    ['two\r\nlines', '"two\r\nlines"'],
    [null, ''],
    [42, '42'],
  ])('quotes %j as RFC 4180 says', (value, field) => {
    expect(csvLine([value, 'end'])).toBe(`${field},end\r\n`);
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)'])('makes the formula %j a text', (formula) => {
    expect(csvLine([formula])).toBe(`'${formula}\r\n`);
  });

  it.each(['\t=1', '\r=1', '\n=1'])('makes the hidden formula %j a quoted text', (formula) => {
    expect(csvLine([formula])).toBe(`"'${formula}"\r\n`);
  });
});
