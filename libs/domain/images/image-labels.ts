import type { FieldProblems } from '#kernel';
import type { Labels } from './image.entity.js';

const KEY = /^[A-Za-z0-9]([A-Za-z0-9._/-]{0,62})$/;
const MAX_LABELS = 64;
const MAX_VALUE = 256;

/** Adds what is wrong with an image's labels. */
export function checkLabels(problems: FieldProblems, labels: Labels): void {
  const entries = Object.entries<unknown>(labels);
  problems.check(entries.length <= MAX_LABELS, 'labels', `Labels cannot be more than ${MAX_LABELS}`);
  for (const [key, value] of entries) {
    problems.check(KEY.test(key), 'labels', `Label key ${JSON.stringify(key)} does not match ${KEY.source}`);
    problems.check(
      typeof value === 'string' && value.length <= MAX_VALUE && !value.includes('\0'),
      'labels',
      `Label ${JSON.stringify(key)} must be a text of at most ${MAX_VALUE} characters`,
    );
  }
}
