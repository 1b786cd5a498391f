import { masked, MAX_LINE_BYTES, splitLines } from './log-line.js';

describe('splitLines', () => {
  it('makes a line of each, and none of the end', () => {
    expect(splitLines('one\ntwo\r\n')).toEqual(['one', 'two']);
    expect(splitLines('')).toEqual(['']);
    expect(splitLines('a\n\nb')).toEqual(['a', '', 'b']);
  });

  it('splits a line of over 64 KiB between two characters', () => {
    const line = `x${'é'.repeat(MAX_LINE_BYTES)}`;
    const parts = splitLines(line);
    expect(parts.join('')).toBe(line);
    expect(parts.map((part) => Buffer.byteLength(part))).toEqual([65_535, 65_536, 2]);
  });
});

describe('masked', () => {
  it('takes out secrets, passwords in URLs and credentials', () => {
    expect(masked('key s3cret, https://bob:pa%20ss@host/x and Authorization: Bearer abcdefgh123', ['s3cret', ''])).toBe(
      'key xxxxx, https://bob:xxxxx@host/x and Authorization: Bearer xxxxx',
    );
  });

  it('leaves the rest as it is', () => {
    expect(masked('https://host/a:b@c at 12:30', [])).toBe('https://host/a:b@c at 12:30');
  });
});
