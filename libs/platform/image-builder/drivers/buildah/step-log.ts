import { DockerfileParser } from 'dockerfile-ast';
import type { SandboxedProgramError } from '#platform/sandbox';
import { BuildFailedError } from '../../image-builder.errors.js';

/** `STEP 2/3: RUN make`, before that `[1/2] ` where there are several stages. */
const STEP = /^(?:\[(\d+)\/(\d+)\] )?STEP (\d+)\/(\d+): /;
const MAX_CHARACTERS = 500;

interface Step {
  readonly line: number;
  readonly instruction: string;
}

/** Follows what buildah says of its steps: how far it is, and at which line it failed. */
export class StepLog {
  private readonly stages: readonly (readonly Step[])[];
  private current: Step | undefined;

  constructor(
    dockerfile: string,
    private readonly onProgress: (percent: number) => void,
  ) {
    this.stages = stagesOf(dockerfile);
  }

  /** Takes a line of its standard output. What is built prints there too, and can only fool itself. */
  add(line: string): void {
    const [, stage = '1', stages = '1', step, steps] = STEP.exec(line) ?? [];
    if (step === undefined) return;
    const done = Number(stage) - 1 + (Number(step) - 1) / Number(steps);
    this.onProgress(Math.min(100, (100 * done) / Number(stages)));
    this.current = this.stages[Number(stage) - 1]?.[Number(step) - 1];
  }

  /** What the failure means to whoever wrote the Dockerfile. */
  explain(failure: SandboxedProgramError): BuildFailedError {
    const reason = reasonOf(failure);
    const plain = reason
      .replace(/^(?:while running runtime: )?exit status (\d+)$/, 'exit code $1')
      .replace(/"?\/work\/context\/?"?/g, 'the context')
      .replaceAll('/input/Dockerfile', 'the Dockerfile')
      .slice(0, MAX_CHARACTERS);
    return new BuildFailedError(plain, this.current);
  }
}

function reasonOf({ lastWords, status }: SandboxedProgramError): string {
  const said = lastWords.split('\n').filter((line) => line.startsWith('Error: '));
  const reason = (said.at(-1) ?? status).replace(/^Error: (building at STEP "(?:[^"\\]|\\.)*": )?/, '');
  // Where the kernel ended the step, the exit code is that of what looked after it.
  const [, cause] = /^subprocess exited on (.+)$/m.exec(lastWords) ?? [];
  return cause !== undefined && reason === 'exit status 1' ? `it was ended: ${cause}` : reason;
}

/** The instructions of each stage: buildah counts from its FROM on. */
function stagesOf(dockerfile: string): Step[][] {
  const stages: Step[][] = [];
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const keyword = instruction.getInstruction().toUpperCase();
    if (keyword === 'FROM') stages.push([]);
    // As one line: without what goes on, comments in between, and space.
    const words = instruction
      .getTextContent()
      .replace(/[\\`]\s*\n(\s*#.*\n)*/g, ' ')
      .replace(/\s+/g, ' ');
    stages.at(-1)?.push({ line: instruction.getRange().start.line + 1, instruction: words.slice(0, MAX_CHARACTERS) });
  }
  return stages;
}
