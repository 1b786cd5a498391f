import { Progress } from './progress.js';

describe('Progress', () => {
  const read = (...chunks: string[]): number[] => {
    const told: number[] = [];
    const progress = new Progress((percent) => told.push(percent));
    for (const chunk of chunks) progress.add(Buffer.from(chunk));
    return told;
  };

  it('tells each step once, and only the last of several at once', () => {
    expect(read('    (0.00/100%)\r', '    (1.25/100%)\r    (3.50/100%)\r', '    (100.00/100%)\r\n')).toEqual([
      0, 3.5, 100,
    ]);
  });

  it('reads lines that come in pieces', () => {
    expect(read('    (0.0', '0/100%)\r    (4', '2.17', '/100%)\r')).toEqual([0, 42.17]);
  });

  it('never goes back, and passes over what else is printed', () => {
    expect(read('(50.00/100%)', 'hello (1/2)', '(49.00/100%)', '(50.00/100%)')).toEqual([50]);
  });
});
