import { reject } from './dockerfile-problem.js';

/** Arguments by name; null for those without a value. */
export type Variables = ReadonlyMap<string, string | null>;

const VARIABLE = /\$(?:([A-Za-z_]\w*)|\{([A-Za-z_]\w*)(?::([-+])([^${}]*))?\})/g;

/**
 * Puts values in place of `$NAME`, `${NAME}`, `${NAME:-default}` and `${NAME:+instead}`, which is all that the builder knows.
 * @throws InstructionError for anything else, and for what has no value: a builder would go on with nothing in its place
 */
export function substitute(text: string, variables: Variables): string {
  if (/["'\\`]/.test(text)) reject(`${text}: write it without quotes and escapes`);
  const isUnknown = text.replace(VARIABLE, '').includes('$');
  if (isUnknown) reject(`${text}: only $NAME, \${NAME}, \${NAME:-default} and \${NAME:+instead} are known`);
  return text.replace(VARIABLE, (_, plain?: string, braced?: string, operator?: string, word = '') =>
    resolve(plain ?? braced ?? '', variables, operator, String(word)),
  );
}

function resolve(name: string, variables: Variables, operator: string | undefined, word: string): string {
  const value = variables.get(name);
  const isEmpty = value === undefined || value === null || value === '';
  if (operator === '+') return isEmpty ? '' : word;
  if (operator === '-') return isEmpty ? word : value;
  if (value === undefined) reject(`${name} is not set: declare it by ARG before the first FROM`);
  return value ?? reject(`${name} has no value: give its ARG a default, or the build an argument`);
}
