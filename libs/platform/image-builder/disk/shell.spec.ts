import { execFileSync } from 'node:child_process';
import { shell } from './shell.js';

describe('shell', () => {
  it.each(["it's", '$HOME `id` $(id)', 'new\nline', '"', '\\', '; exit 1', '-n', '*', ''])(
    'passes %j on as one word',
    (word) => {
      expect(execFileSync('sh', ['-c', shell`printf '<%s>' ${word}`], { encoding: 'utf8' })).toBe(`<${word}>`);
    },
  );

  it('makes several words of a list', () => {
    expect(shell`echo ${['a b', 'c']} ${[]} ${7}`).toBe("echo 'a b' 'c'  '7'");
  });
});
