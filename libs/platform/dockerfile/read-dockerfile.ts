import type { DockerfileOptions } from './build-arguments.js';
import { type DockerfileProblem, InstructionError } from './dockerfile-problem.js';
import { splitLines } from './logical-lines.js';
import { ODD_BLANKS } from './odd-blanks.js';
import { StageReader } from './stage-reader.js';
import type { DockerfileStage } from './stages.js';

/** What a Dockerfile builds from. Where there are problems, the stages are those that could be read. */
export interface DockerfileReading {
  readonly stages: readonly DockerfileStage[];
  readonly problems: readonly DockerfileProblem[];
}

/** Also of the file, in the multipart form it comes in. */
const MAX_BYTES = 2 ** 20;
/** The builder's own. */
const MAX_LINE_BYTES = 65_535;
const ODD_START = new RegExp(`^[ \\t]*[${ODD_BLANKS}]`);

/**
 * Finds out what a Dockerfile builds from, as its builder will: buildah 1.28, whose rules are narrower than Docker's. What
 * the two read differently is a problem, never a guess, for rights are decided by what is found here.
 * `# syntax=` says nothing here.
 */
export function readDockerfile(text: string, options: DockerfileOptions): DockerfileReading {
  const problems = [...wholeProblems(text)];
  if (problems.length > 0) return { stages: [], problems };
  const attempt = <Result>(line: number, act: () => Result): Result | undefined => {
    try {
      return act();
    } catch (error) {
      if (!(error instanceof InstructionError)) throw error;
      problems.push({ line, problem: error.message });
      return undefined;
    }
  };
  const split = attempt(1, () => splitLines(text));
  if (!split) return { stages: [], problems };
  const reader = new StageReader(options, split.escape);
  for (const { line, text: instruction } of split.lines) attempt(line, () => reader.take(instruction, line));
  if (!reader.hasFrom) problems.push({ line: 0, problem: 'the Dockerfile has no FROM' });
  return { stages: reader.stages, problems };
}

function* wholeProblems(text: string): Generator<DockerfileProblem> {
  if (text.trim() === '') yield { line: 0, problem: 'the Dockerfile is empty' };
  if (Buffer.byteLength(text) > MAX_BYTES) {
    yield { line: 0, problem: `the Dockerfile is larger than ${MAX_BYTES} bytes` };
    return;
  }
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.includes('\0')) yield { line: index + 1, problem: 'has a NUL byte' };
    if (ODD_START.test(line)) yield { line: index + 1, problem: 'begins with an invisible character that is no blank' };
    if (/\r[^\n]/.test(line)) yield { line: index + 1, problem: 'has a carriage return before its end' };
    if (Buffer.byteLength(line) > MAX_LINE_BYTES) {
      yield { line: index + 1, problem: `is longer than ${MAX_LINE_BYTES} bytes` };
    }
  }
}
