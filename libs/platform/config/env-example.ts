import { settings } from './settings.js';

interface Described {
  readonly default?: unknown;
  readonly desc?: string;
  readonly example?: string;
}

/** `.env.example`, made from the settings: every variable with its meaning, and its default or an example. */
export function envExample(): string {
  const entries = Object.entries<Described>(settings).map(([name, { desc, example, default: fallback }]) =>
    [`# ${desc ?? ''}`, `#${name}=${example ?? String(fallback)}`].join('\n'),
  );
  return `# Settings of Diskyard, all optional. Made from libs/platform/config/settings.ts by \`npm run generate\`.\n\n${entries.join('\n\n')}\n`;
}

/** The same for a terminal, for `--help`. */
export function envHelp(): string {
  return Object.entries<Described>(settings)
    .map(([name, { desc, example, default: fallback }]) => {
      const value = fallback === undefined ? '' : ` [${example ?? String(fallback)}]`;
      return `  ${name}${value}\n      ${desc ?? ''}`;
    })
    .join('\n');
}
