import fc from 'fast-check';
import { formatReference, parseImageReference } from './image-reference.js';

describe('parseImageReference', () => {
  it.each([
    ['12', { kind: 'id', id: 12 }],
    ['ubuntu', { kind: 'name', owner: undefined, namespace: '', name: 'ubuntu', tag: 'latest' }],
    ['ubuntu:24.04', { kind: 'name', owner: undefined, namespace: '', name: 'ubuntu', tag: '24.04' }],
    ['alice/ubuntu:24.04', { kind: 'name', owner: 'alice', namespace: '', name: 'ubuntu', tag: '24.04' }],
    ['alice/a/b/ubuntu', { kind: 'name', owner: 'alice', namespace: 'a/b', name: 'ubuntu', tag: 'latest' }],
  ])('reads %s', (text, expected) => {
    expect(parseImageReference(text)).toEqual(expected);
  });

  it.each([
    '',
    '0',
    '-1',
    '99999999999999999999',
    '/x',
    'a//x',
    'x:',
    'x:a:b',
    '../x/..',
    'a b',
    'x\n',
    '.hidden',
    'ü',
  ])('finds no image in %j', (text) => {
    expect(parseImageReference(text)).toBeUndefined();
  });

  it('reads back every reference it writes', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-]{0,10}$/);
    fc.assert(
      fc.property(word, fc.option(word), word, word, (owner, path, name, tag) => {
        const parsed = parseImageReference(formatReference(owner, path, name, tag));
        expect(parsed).toEqual({ kind: 'name', owner, namespace: path ?? '', name, tag });
      }),
    );
  });
});
