import { SandboxedProgramError } from '#platform/sandbox';
import { StepLog } from './step-log.js';

const explain = (dockerfile: string, said: readonly string[], lastWords: string, status = 'exit code 1'): string => {
  const log = new StepLog(dockerfile, () => undefined);
  for (const line of said) log.add(line);
  return log.explain(new SandboxedProgramError('buildah', status, lastWords)).message;
};

describe('StepLog', () => {
  it('names the line and the instruction that failed, in words of the Dockerfile', () => {
    const dockerfile = '# syntax\nFROM scratch\n\nRUN a \\\n  && b\nRUN   make   all\n';
    const said = ['STEP 1/3: FROM scratch', 'STEP 2/3: RUN a   && b', 'STEP 3/3: RUN make all'];
    const last = 'noise\nError: building at STEP "RUN make all": while running runtime: exit status 2';
    expect(explain(dockerfile, said, last)).toBe('The build failed at line 6, RUN make all: exit code 2');
  });

  it('counts the steps of each stage from its FROM', () => {
    const dockerfile = 'ARG A=x\nFROM $A AS one\nRUN a\nFROM scratch\nARG B\nCOPY nope /\n';
    const said = ['[1/2] STEP 1/2: FROM x AS one', '[2/2] STEP 3/3: COPY nope /'];
    const last =
      'Error: building at STEP "COPY nope /": checking on sources under "/work/context": copier: stat: "/nope": no such file or directory';
    expect(explain(dockerfile, said, last)).toBe(
      'The build failed at line 6, COPY nope /: checking on sources under the context: copier: stat: "/nope": no such file or directory',
    );
  });

  it('tells what a step was ended for', () => {
    const last = 'subprocess exited on file size limit exceeded\nError: building at STEP "RUN a": exit status 1';
    expect(explain('FROM a\nRUN a\n', ['STEP 2/2: RUN a'], last)).toBe(
      'The build failed at line 2, RUN a: it was ended: file size limit exceeded',
    );
  });

  it('says what it knows when nothing began', () => {
    expect(explain('', [], 'Error: no FROM statement found')).toBe('The build failed: no FROM statement found');
    expect(explain('', [], '', 'signal 9')).toBe('The build failed: signal 9');
  });

  it('tells how far it is, over all stages', () => {
    const told: number[] = [];
    const log = new StepLog('FROM a\nFROM b\nRUN c\n', (percent) => told.push(percent));
    for (const line of ['[1/2] STEP 1/1: FROM a', 'something', '[2/2] STEP 1/2: FROM b', '[2/2] STEP 2/2: RUN c']) {
      log.add(line);
    }
    expect(told).toEqual([0, 50, 75]);
  });
});
