import { posix } from 'node:path';
import { refuse } from '../build-context.errors.js';
import { IgnorePattern, IgnorePatternError } from './ignore-pattern.js';

export const IGNORE_FILE = '.dockerignore';
/** Of the file. */
export const MAX_IGNORE_BYTES = 64 * 1024;
/** A few seconds. */
const MAX_STEPS = 100_000_000;

interface Rule {
  readonly pattern: IgnorePattern;
  /** Whether it takes back what rules before it left out. */
  readonly isException: boolean;
}

/** For each rule, whether it matches a folder: then it matches all that is in it. */
export type Matches = readonly boolean[];

/** The rules of a `.dockerignore`, as Docker reads them: each counts for what it matches and all below, the last one wins. */
export class IgnoreRules {
  private readonly rules: readonly Rule[];
  private readonly hasExceptions: boolean;

  /** @throws BuildContextRefusedError for a rule that cannot be read */
  constructor(text: string) {
    this.rules = text
      .replace(/^\uFEFF/, '')
      .split('\n')
      .flatMap((line, index) => parseRule(line, index + 1));
    this.hasExceptions = this.rules.some(({ isException }) => isException);
  }

  get isEmpty(): boolean {
    return this.rules.length === 0;
  }

  /**
   * @param above what was returned for the folder that `path` is in; undefined at the root
   * @throws BuildContextRefusedError where matching takes too long
   */
  match(path: string, above: Matches | undefined): Matches {
    if (above && !this.hasExceptions && this.leavesOut(above)) return above;
    const matches = this.rules.map(({ pattern }, index) => above?.[index] === true || pattern.matches(path));
    const steps = this.rules.reduce((sum, { pattern }) => sum + pattern.steps, 0);
    if (steps > MAX_STEPS) refuse(IGNORE_FILE, 'takes too long to apply; use fewer rules, with fewer wildcards');
    return matches;
  }

  leavesOut(matches: Matches): boolean {
    const last = matches.lastIndexOf(true);
    return last !== -1 && this.rules[last]?.isException === false;
  }
}

function parseRule(line: string, number: number): Rule[] {
  if (line.startsWith('#') || line.trim() === '') return [];
  const rule = line.trim();
  const isException = rule.startsWith('!');
  const written = isException ? rule.slice(1).trim() : rule;
  if (written === '') refuse(IGNORE_FILE, `line ${number} is an exception of nothing`);
  const cleaned = posix.normalize(written).replace(/(?<=.)\/$/, '');
  const pattern = cleaned.length > 1 && cleaned.startsWith('/') ? cleaned.slice(1) : cleaned;
  try {
    return [{ pattern: new IgnorePattern(pattern), isException }];
  } catch (error) {
    if (!(error instanceof IgnorePatternError)) throw error;
    return refuse(IGNORE_FILE, `line ${number} is no pattern: ${error.message}`, error);
  }
}
