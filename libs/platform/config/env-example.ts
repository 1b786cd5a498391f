import { settings } from './settings.js';

interface Described {
  /** Lists of things come with an example. */
  readonly default?: string | number | boolean | object | undefined;
  readonly desc?: string;
  readonly example?: string;
}

/** `.env.example`, made from the settings: every variable with its meaning, and its default or an example. */
export function envExample(): string {
  const entries = Object.entries<Described>(settings).map(([name, setting]) =>
    [`# ${setting.desc ?? ''}`, `#${name}=${exampleOf(setting)}`].join('\n'),
  );
  return `# Settings of Diskyard, all optional. Made from libs/platform/config/settings.ts by \`npm run generate\`.\n\n${entries.join('\n\n')}\n`;
}

/** The same for a terminal, for `--help`. */
export function envHelp(): string {
  return Object.entries<Described>(settings)
    .map(([name, setting]) => {
      const value = setting.default === undefined ? '' : ` [${exampleOf(setting)}]`;
      return `  ${name}${value}\n      ${setting.desc ?? ''}`;
    })
    .join('\n');
}

function exampleOf({ example, default: fallback }: Described): string {
  return example ?? (typeof fallback === 'object' ? '' : String(fallback));
}
