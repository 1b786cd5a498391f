import { ConsoleText } from './console-text.js';

describe('ConsoleText', () => {
  const read = (...chunks: string[]): { lines: string[]; current: string } => {
    const text = new ConsoleText();
    const lines = chunks.flatMap((chunk) => text.add(Buffer.from(chunk)));
    return { lines, current: text.current };
  };

  it('makes lines of what comes in pieces, and knows the one that has begun', () => {
    expect(read('Debian 1', '2\r', '\n\r\nbox lo', 'gin: ')).toEqual({
      lines: ['Debian 12', ''],
      current: 'box login:',
    });
  });

  it.each([
    ['colours', '\u001b[1m\u001b[33m[  OK  ]\u001b[0m Started\n', ['[  OK  ] Started']],
    ['cursor movements', '\u001b[2J\u001b[01;01H\u001b[=3hBdsDxe: loading\n', ['BdsDxe: loading']],
    ['window titles', '\u001b]0;root@box\u0007# \u001bMdone\n', ['# done']],
    ['control characters', 'a\bb\u0000c\td\n', ['abc\td']],
    ['what was written over', '  10%\r  50%\r 100%\r\n', [' 100%']],
    ['a screen that is only cleared', '\u001b[2J\u001b[H\nnext\n', ['next']],
  ])('takes out %s', (_, printed, lines) => {
    expect(read(printed).lines).toEqual(lines);
  });

  it('waits for the end of a terminal code, and of a character', () => {
    const text = new ConsoleText();
    text.add(Buffer.from('box login: \u001b[0'));
    expect(text.current).toBe('box login:');
    text.add(Buffer.from([0x6d, 0xc3]));
    expect(text.current).toBe('box login:');
    text.add(Buffer.from([0xa9]));
    expect(text.current).toBe('box login: é');
  });

  it('cuts lines without end', () => {
    expect(read('x'.repeat(9_000), 'y\n').lines).toEqual(['x'.repeat(9_000), 'y']);
  });
});
