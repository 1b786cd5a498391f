import { parseNamespacePath } from './namespace-path.js';

describe('parseNamespacePath', () => {
  it.each([
    ['djinn', { names: ['djinn'], owner: undefined }],
    ['Djinn/tools-2', { names: ['Djinn', 'tools-2'], owner: undefined }],
    ['djinn@alice', { names: ['djinn'], owner: 'alice' }],
    ['num2/x@', { names: ['num2', 'x'], owner: undefined }],
  ])('reads %s', (text, expected) => {
    expect(parseNamespacePath(text)).toEqual(expected);
  });

  it.each(['', '@alice', 'a//b', '/a', 'a/', '../etc', 'a b', '-a', 'a\u0000', 'a'.repeat(40), 'a/'.repeat(20) + 'a'])(
    'refuses %j',
    (text) => {
      expect(() => parseNamespacePath(text)).toThrow(/namespace/i);
    },
  );
});
