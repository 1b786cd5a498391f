import other from '@balena/dockerignore';
import fc from 'fast-check';
import { IgnoreRules, type Matches } from './ignore-rules.js';

/** Whether rules leave a path out: each folder on the way to it is asked first. */
function leavesOut(rules: IgnoreRules, path: string): boolean {
  const parts = path.split('/');
  let matches: Matches | undefined;
  for (const index of parts.keys()) matches = rules.match(parts.slice(0, index + 1).join('/'), matches);
  return matches !== undefined && rules.leavesOut(matches);
}

const isLeftOut = (text: string, path: string): boolean => leavesOut(new IgnoreRules(text), path);

describe('rules of .dockerignore', () => {
  it.each([
    ['a name at the root', 'a', ['a', 'a/b'], ['b/a', 'aa', 'A']],
    ['a path', '/a/b/', ['a/b', 'a/b/c'], ['a', 'a/c', 'x/a/b']],
    ['a path that is not clean', './a//c/../b', ['a/b'], ['a/c']],
    ['a star within a name', '*.md', ['README.md', '.md'], ['docs/x.md']],
    ['a star for a folder', '*/x', ['a/x', 'a/x/y'], ['x', 'a/b/x']],
    ['a question mark', 'a?c', ['abc', 'aéc', 'a💾c'], ['ac', 'a/c', 'abbc']],
    ['folders at the front', '**/x', ['x', 'a/x', 'a/b/x/y'], ['ax', 'a/xx']],
    ['folders in the middle', 'a/**/z', ['a/z', 'a/b/c/z'], ['az', 'b/a/z']],
    ['folders at the end', 'a/**', ['a/b', 'a/b/c'], ['a', 'b/a']],
    ['everything', '**', ['a', 'a/b', '.git'], []],
    ['a class', '[a-c^]x', ['ax', 'cx', '^x'], ['dx', 'x']],
    ['a class of all others', '[^a-c]x', ['dx'], ['ax', '/x']],
    ['a class with escapes', '[\\]\\-]x', [']x', '-x'], ['\\x']],
    ['escaped characters', '\\*\\[', ['*['], ['a[']],
    ['characters of regular expressions', 'a.b+(c|d)$', ['a.b+(c|d)$'], ['axb+(c|d)$', 'a.bbc']],
    ['an exception', 'a\n!a/b', ['a', 'a/c'], ['a/b', 'a/b/c']],
    ['an exception that is taken back', 'a\n!a/b\na/b/c', ['a/b/c'], ['a/b']],
    [
      'comments, blanks, a mark of the byte order and Windows’ line ends',
      '\uFEFF# a\r\n\r\n  b \r\n',
      ['b'],
      ['a', '# a'],
    ],
    ['a number sign behind a blank', ' #a', ['#a'], ['a']],
    ['nothing of the context', '/\n.\n..\n../x', [], ['a', 'x']],
  ])('%s', (_, text, leftOut, kept) => {
    expect(leftOut.filter((path) => !isLeftOut(text, path))).toEqual([]);
    expect(kept.filter((path) => isLeftOut(text, path))).toEqual([]);
  });

  it.each([
    ['a\n[b', 'line 2 is no pattern: it ends within what it begins'],
    ['[]', 'line 1 is no pattern: it ends within what it begins'],
    ['a\\', 'line 1 is no pattern: it ends within what it begins'],
    ['[z-a]', 'line 1 is no pattern: its range z-a is empty'],
    ['!', 'line 1 is an exception of nothing'],
  ])('refuses %j', (text, problem) => {
    expect(() => new IgnoreRules(text)).toThrow(`.dockerignore: ${problem}`);
  });

  it('refuses rules that would keep the server busy', () => {
    const rules = new IgnoreRules('a**a**a**a**a**b\n'.repeat(100));
    const path = `${'a'.repeat(250)}/`.repeat(16).slice(0, -1);
    const all = (): void => {
      for (let index = 0; index < 10_000; index += 1) leavesOut(rules, path);
    };
    expect(all).toThrow('.dockerignore: takes too long to apply; use fewer rules, with fewer wildcards');
  });

  // But for rules that lead above the root: there an exception leaves out what no rule names, says the other.
  it('agrees with another reader of such files', () => {
    const part = fc.constantFrom('a', 'b', 'ab', '.a', '*', '**', '?', 'a*', '*b', '[ab]', '[^a]', 'a?', '.');
    const rule = fc
      .tuple(
        fc.constantFrom('', '', '!', '/'),
        fc.array(part, { minLength: 1, maxLength: 4 }),
        fc.constantFrom('', '/'),
      )
      .map(([start, parts, end]) => start + parts.join('/') + end);
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', '.a', 'c'), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.array(rule, { maxLength: 5 }), path, (rules, parts) => {
        const expected = other.default({ ignorecase: false }).add(rules.join('\n')).ignores(parts.join('/'));
        expect(isLeftOut(rules.join('\n'), parts.join('/'))).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});
