import { parseArgs } from 'node:util';
import { GROUPS } from './groups.js';

export interface Options {
  readonly help: boolean;
  readonly quick: boolean;
  /** Names of groups; all of them where none was named. */
  readonly only: readonly string[];
}

export const HELP = `Usage: npm run bench [-- OPTIONS]

Measures the server beside references on this machine, and prints a JSON line per figure; progress goes to standard
error. Takes about twenty minutes; wants nothing else to run. Exit code 1 if a target is missed.

  --only NAME    one group of figures, may be given several times:
${Object.entries(GROUPS)
  .map(([name, { what }]) => `                   ${name.padEnd(13)} ${what}`)
  .join('\n')}
  --quick        smaller files and fewer rounds: to see that everything runs
  --help         this
`;

/** @throws Error for what it doesn't know */
export function readOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      help: { type: 'boolean', short: 'h', default: false },
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
    },
  });
  const unknown = values.only.filter((name) => !(name in GROUPS));
  if (unknown.length > 0)
    throw new Error(`Unknown group ${unknown.join(', ')}; there are ${Object.keys(GROUPS).join(', ')}`);
  const { help, quick, only } = values;
  return { help, quick, only };
}
