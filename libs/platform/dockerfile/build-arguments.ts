import { reject } from './dockerfile-problem.js';
import { substitute, type Variables } from './substitution.js';

/** What is built for, and with. */
export interface DockerfileOptions {
  /** As images have it: `amd64`, `arm64`. */
  readonly architecture: string;
  /** Values that take the place of defaults. */
  readonly buildArgs?: Readonly<Record<string, string>>;
}

/** What every builder knows of the machine, once it is declared. */
export function platformVariables({ architecture }: DockerfileOptions): Variables {
  return new Map(
    ['TARGET', 'BUILD'].flatMap((of) => [
      [`${of}PLATFORM`, `linux/${architecture}`],
      [`${of}OS`, 'linux'],
      [`${of}ARCH`, architecture],
    ]),
  );
}

/** One word of an ARG: a name, perhaps with a default in quotes. */
const WORD = /(?:"[^"]*"|'[^']*'|[^\s"'])+/g;
const DECLARATION = /^([A-Za-z_]\w*)(?:=(.*))?$/s;

/** Notes what an ARG before the first FROM declares. @throws InstructionError */
export function declare(variables: Map<string, string | null>, rest: string, options: DockerfileOptions): void {
  const words = rest.match(WORD);
  if (!words) reject('ARG takes a name, or name=default');
  for (const word of words) {
    const [, name, written] = DECLARATION.exec(word) ?? [];
    if (name === undefined) reject(`ARG ${word}: takes a name, or name=default`);
    const known = platformVariables(options).get(name);
    if (known && written !== undefined) reject(`ARG ${name} is set by the server: declare it without a default`);
    const given = options.buildArgs && Object.hasOwn(options.buildArgs, name) ? options.buildArgs[name] : undefined;
    if (variables.has(name)) reject(`ARG ${name} stands twice before the first FROM`);
    const value = known ?? given ?? (written === undefined ? null : readDefault(written, variables));
    variables.set(name, value);
  }
}

function readDefault(written: string, variables: Variables): string {
  const literal = /^'([^']*)'$/.exec(written)?.[1];
  if (literal !== undefined) return literal;
  return substitute(/^"([^"]*)"$/.exec(written)?.[1] ?? written, variables);
}
