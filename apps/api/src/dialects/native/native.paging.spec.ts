import type { Request, Response } from 'express';
import { all, numberedLinks, one, type PageLinks, readLimit, readPage, setLinks } from './native.paging.js';

describe('one', () => {
  it('gives the last of several, and nothing for an empty one', () => {
    expect(one({ tag: ['a', 'b'] }, 'tag')).toBe('b');
    expect(one({ tag: 'a' }, 'tag')).toBe('a');
    expect(one({ tag: '' }, 'tag')).toBeUndefined();
    expect(one({ tag: ['a', ''] }, 'tag')).toBeUndefined();
    expect(one({}, 'tag')).toBeUndefined();
  });
});

describe('all', () => {
  it('gives every one that is not empty', () => {
    expect(all({ label: ['a=1', '', 'b=2'] }, 'label')).toEqual(['a=1', 'b=2']);
    expect(all({ label: 'a=1' }, 'label')).toEqual(['a=1']);
    expect(all({ label: '' }, 'label')).toEqual([]);
    expect(all({}, 'label')).toEqual([]);
  });
});

describe('readPage', () => {
  it.each([
    [undefined, 1],
    ['', 1],
    ['0', 1],
    ['-1', 1],
    ['abc', 1],
    ['1.5', 1],
    ['Infinity', 1],
    ['1', 1],
    ['7', 7],
    ['99999999999999999999', 1_000_000],
  ])('takes %j for page %d', (page, expected) => {
    expect(readPage({ page })).toBe(expected);
  });
});

describe('readLimit', () => {
  it.each([
    [undefined, 25],
    ['', 25],
    ['abc', 25],
    ['2.5', 25],
    ['-1', 1],
    ['0', 1],
    ['1', 1],
    ['100', 100],
    ['101', 100],
    ['99999999999999999999', 100],
  ])('takes %j for %d on a page', (limit, expected) => {
    expect(readLimit({ limit })).toBe(expected);
  });
});

describe('numberedLinks', () => {
  const page = (hasPrevious: boolean, hasNext: boolean) => ({ items: [], hasPrevious, hasNext });

  it('names a page only where there is one', () => {
    expect(numberedLinks(1, page(false, false))).toEqual({ first: { page: '1' }, prev: undefined, next: undefined });
    expect(numberedLinks(2, page(true, true))).toEqual({
      first: { page: '1' },
      prev: { page: '1' },
      next: { page: '3' },
    });
  });
});

describe('setLinks', () => {
  /** The header for a request of `originalUrl`. */
  function linkHeader(originalUrl: string, links: PageLinks, base = 'https://x.test/api'): string {
    let header = '';
    const response = {
      setHeader(_: string, value: string) {
        header = value;
        return this;
      },
    };
    // Only what setLinks reads and calls.
    setLinks({ originalUrl } as Request, response as unknown as Response, base, links);
    return header;
  }

  it('writes absolute URLs below the base', () => {
    expect(linkHeader('/images', { first: { page: '1' }, next: { page: '2' } })).toBe(
      '<https://x.test/api/images?page=1>; rel="first", <https://x.test/api/images?page=2>; rel="next"',
    );
  });

  it('leaves out what is undefined', () => {
    expect(linkHeader('/images', { first: {}, prev: undefined, next: undefined })).toBe(
      '<https://x.test/api/images>; rel="first"',
    );
  });

  it('keeps other parameters, replaces its own wherever they stand, and takes out what is undefined', () => {
    const url = '/images?label=a&page=3&label=b&cursor=x&page=4';
    expect(linkHeader(url, { first: { page: '1', cursor: undefined } })).toBe(
      '<https://x.test/api/images?label=a&page=1&label=b>; rel="first"',
    );
  });

  it('lets nothing of a parameter end the header’s URL', () => {
    expect(linkHeader('/images?search=%3E%3B%0d%0aX:y', { first: {} })).toBe(
      '<https://x.test/api/images?search=%3E%3B%0d%0aX:y>; rel="first"',
    );
    expect(linkHeader('/images?search=%3E%0d%0a', { first: { page: '1' } })).toBe(
      '<https://x.test/api/images?search=%3E%0D%0A&page=1>; rel="first"',
    );
  });
});
