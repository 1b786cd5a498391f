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

  it('takes out secret parameters, to the end of each URL', () => {
    const text = `curl 'https://host/x?X-Amz-Signature=abc&Expires=1' "http://host?token=abc" <https://host/y#key=abc> & date`;
    expect(masked(text, [])).toBe(
      `curl 'https://host/x?X-Amz-Signature=xxxxx&Expires=1' "http://host?token=xxxxx" <https://host/y#key=xxxxx> & date`,
    );
  });

  it.each([
    'https://host/a:b@c at 12:30',
    'key=value token=abc (is it? the code=1)',
    'a && key=b',
    '#!/bin/sh; token=abc',
  ])('leaves %s as it is', (text) => {
    expect(masked(text, [])).toBe(text);
  });

  it.each(['a.', 'a://', '://a:', '?a', '&token', '%26', '?%26token%3D%26', 'bearer '])(
    'gets through a line of nothing but %s, however long, and leaves it as it is',
    (piece) => {
      const text = piece.repeat(500_000);
      expect(masked(text, []) === text).toBe(true); // no difference is shown: it would be as long
    },
  );
});
