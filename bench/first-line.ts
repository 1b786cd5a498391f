import { type Figure, rounded } from './figure.js';
import { median } from './statistics.js';

/** How long it took until there was something to read, in milliseconds. */
export function judgeFirstLine(figure: string, values: readonly number[], maxMs: number): Figure {
  const value = median(values);
  return {
    figure,
    value: rounded(value),
    unit: 'ms',
    reference: maxMs,
    referenceIs: 'what people do not wait for',
    ratio: rounded(value / maxMs),
    target: `≤ ${maxMs} ms`,
    met: value <= maxMs,
  };
}
