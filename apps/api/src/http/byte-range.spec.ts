import fc from 'fast-check';
import { readByteRange } from './byte-range.js';

describe('readByteRange', () => {
  it.each([
    ['bytes=0-0', { offset: 0, length: 1 }],
    ['bytes=0-9', { offset: 0, length: 10 }],
    ['bytes=10-19', { offset: 10, length: 10 }],
    ['bytes=99-99', { offset: 99, length: 1 }],
    ['bytes=90-', { offset: 90, length: 10 }],
    ['bytes=0-', { offset: 0, length: 100 }],
    ['bytes=-1', { offset: 99, length: 1 }],
    ['bytes=-100', { offset: 0, length: 100 }],
    ['Bytes= 5-6 ', { offset: 5, length: 2 }],
  ])('reads %s of 100 bytes', (header, range) => {
    expect(readByteRange(header, 100)).toEqual(range);
  });

  it.each([
    ['bytes=50-1000', { offset: 50, length: 50 }],
    ['bytes=50-99999999999999999999999', { offset: 50, length: 50 }],
    ['bytes=-101', { offset: 0, length: 100 }],
    ['bytes=-99999999999999999999999', { offset: 0, length: 100 }],
  ])('ends %s where the file does', (header, range) => {
    expect(readByteRange(header, 100)).toEqual(range);
  });

  it.each([
    undefined,
    '',
    'bytes',
    'bytes=',
    'bytes=-',
    'bytes=a-b',
    'bytes=1',
    'bytes=5-4',
    'bytes=1-2-3',
    'bytes=+1-2',
    'bytes=1.0-2',
    'bytes=0x1-2',
    'bytes=0-1,5-6',
    'bytes=0-1,',
    'items=0-1',
    'none',
  ])('gives the whole for %j', (header) => {
    expect(readByteRange(header, 100)).toBeUndefined();
  });

  it.each(['bytes=100-', 'bytes=100-200', 'bytes=-0', 'bytes=99999999999999999999999-'])(
    'finds nothing to give for %s',
    (header) => {
      expect(() => readByteRange(header, 100)).toThrow('The file has 100 bytes');
    },
  );

  it('finds nothing to give of an empty file', () => {
    expect(() => readByteRange('bytes=0-', 0)).toThrow('The file has 0 bytes');
  });

  it('gives the bytes that a slice of the same bounds has', () => {
    const bytes = Buffer.from(Array.from({ length: 50 }, (_, index) => index));
    fc.assert(
      fc.property(fc.nat(49), fc.nat(99), (first, more) => {
        const range = readByteRange(`bytes=${first}-${first + more}`, bytes.length);
        const given = range && bytes.subarray(range.offset, range.offset + range.length);
        expect(given).toEqual(bytes.subarray(first, first + more + 1));
      }),
    );
  });
});
