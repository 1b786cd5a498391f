import { parseContentRange } from './content-range.js';

describe('parseContentRange', () => {
  it('reads ranges, with and without a total', () => {
    expect(parseContentRange('bytes 5-9/10')).toEqual({ first: 5, last: 9, total: 10 });
    expect(parseContentRange('Bytes 0-0/*')).toEqual({ first: 0, last: 0, total: undefined });
  });

  it.each([undefined, '', 'bytes */10', 'bytes 9-5/10', 'bytes 5-10/10', 'bytes 5-9', 'lines 5-9/10', 'bytes -5-9/10'])(
    'makes nothing of %s',
    (header) => {
      expect(parseContentRange(header)).toBeUndefined();
    },
  );
});
