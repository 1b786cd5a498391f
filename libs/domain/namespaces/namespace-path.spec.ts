import { isNamespaceName, MAX_LEVELS, parseNamespacePath } from './namespace-path.js';

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

  it('takes a path of 20 levels', () => {
    const names = Array<string>(MAX_LEVELS).fill('a');
    expect(parseNamespacePath(names.join('/'))).toEqual({ names, owner: undefined });
  });
});

describe('isNamespaceName', () => {
  it.each(['a', '0', 'A-', 'a--b', 'a'.repeat(39)])('takes %s', (name) => {
    expect(isNamespaceName(name)).toBe(true);
  });

  it.each(['', '-', '-a', 'a_b', 'a.b', 'a b', 'a\n', 'ä', '\u212A', '\u017F', 'a'.repeat(40)])(
    'refuses %j',
    (name) => {
      expect(isNamespaceName(name)).toBe(false);
    },
  );
});
