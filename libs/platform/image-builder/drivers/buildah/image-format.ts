import { DockerfileParser, type Instruction } from 'dockerfile-ast';

/** A Dockerfile as buildah is given it, and in what format it keeps what it builds. */
export interface FormattedDockerfile {
  readonly text: string;
  readonly options: readonly string[];
}

/**
 * OCI's format has no place for SHELL and ONBUILD, so buildah ignores them. That is wrong for SHELL: steps would run by
 * `/bin/sh` all the same. Docker's format has one, but notes numbers of the moment in an image's history, so it is used only
 * where it is needed; and what an ONBUILD says, which holds for nobody here, would be run to make the disk, so it is blanked.
 */
export function formatFor(dockerfile: string): FormattedDockerfile {
  const instructions = DockerfileParser.parse(dockerfile).getInstructions();
  if (!instructions.some(isCalled('SHELL'))) return { text: dockerfile, options: [] };
  const lines = dockerfile.split('\n');
  for (const trigger of instructions.filter(isCalled('ONBUILD'))) {
    const { start, end } = trigger.getRange();
    lines.fill('', start.line, end.line + 1);
  }
  return { text: lines.join('\n'), options: ['--format', 'docker'] };
}

const isCalled =
  (keyword: string) =>
  (instruction: Instruction): boolean =>
    instruction.getInstruction().toUpperCase() === keyword;
