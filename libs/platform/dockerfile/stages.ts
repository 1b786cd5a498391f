import { reject } from './dockerfile-problem.js';
import { type ImageName, parseImageName } from './image-name.js';

/** Where files come from, and the line that says so. */
export type StageSource =
  | { readonly kind: 'scratch'; readonly line: number }
  /** `index` is that of an earlier stage. */
  | { readonly kind: 'stage'; readonly line: number; readonly index: number }
  | { readonly kind: 'image'; readonly line: number; readonly image: ImageName };

/** One FROM, and what follows it. */
export interface DockerfileStage {
  /** From 0 on. */
  readonly index: number;
  readonly name: string | null;
  readonly line: number;
  readonly base: StageSource;
  /** What COPY --from and RUN --mount=from take files from, also behind ONBUILD. */
  readonly uses: readonly StageSource[];
  /** What ADD fetches by URL, as far as the Dockerfile itself says so. */
  readonly fetches: readonly StageFetch[];
}

export interface StageFetch {
  readonly line: number;
  readonly url: string;
}

/** What a FROM names. @throws InstructionError */
export function findBase(text: string, line: number, earlier: readonly DockerfileStage[]): StageSource {
  if (text === 'scratch') return { kind: 'scratch', line };
  return findStage(text, line, earlier) ?? { kind: 'image', line, image: getImageName(text) };
}

/** What a `--from` names: a stage by its number too. @throws InstructionError */
export function findUse(
  text: string,
  line: number,
  stages: readonly DockerfileStage[],
  own: string | null,
): StageSource {
  if (text.includes('$')) {
    reject(`${text}: --from takes no variables; name a stage, and let its FROM have the variable`);
  }
  if (text === 'scratch') reject('there is nothing to take from scratch');
  if (text === own) reject(`stage ${text} cannot take files from itself`);
  if (!/^\d+$/.test(text)) return findStage(text, line, stages) ?? { kind: 'image', line, image: getImageName(text) };
  const index = Number(text);
  if (index >= stages.length) reject(`there is no stage ${text} before this one`);
  return { kind: 'stage', line, index };
}

function findStage(text: string, line: number, stages: readonly DockerfileStage[]): StageSource | undefined {
  const same = stages.find(({ name }) => name?.toLowerCase() === text.toLowerCase());
  if (!same) return undefined;
  if (same.name !== text) reject(`${text} differs from the stage ${same.name ?? ''} in case alone`);
  return { kind: 'stage', line, index: same.index };
}

/** @throws InstructionError */
export function assertStageName(name: string, earlier: readonly DockerfileStage[]): void {
  if (!/^[A-Za-z][A-Za-z0-9_.-]{0,127}$/.test(name)) reject(`${name} cannot name a stage`);
  if (name.toLowerCase() === 'scratch') reject('scratch cannot name a stage');
  const isTaken = earlier.some((stage) => stage.name?.toLowerCase() === name.toLowerCase());
  if (isTaken) reject(`there is a stage ${name} before this one`);
}

function getImageName(text: string): ImageName {
  return (
    parseImageName(text) ??
    reject(`${text || '(nothing)'} names no image: owner/name:tag, host/path:tag or name@sha256:…`)
  );
}
