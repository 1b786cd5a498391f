import { Bench } from './bench.js';
import type { Figure } from './figure.js';
import { GROUPS } from './groups.js';
import { HELP, type Options, readOptions } from './options.js';
import { stopAllPrograms } from './program.js';
import { assertWrk } from './wrk.js';

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    console.log(HELP);
    return;
  }
  assertWrk();
  const figures = await measureAll(options);
  if (figures.some(({ met }) => !met)) process.exitCode = 1;
}

async function measureAll({ quick, only }: Options): Promise<Figure[]> {
  const bench = new Bench(quick);
  const figures: Figure[] = [];
  try {
    for (const [name, { measure }] of Object.entries(GROUPS)) {
      if (only.length > 0 && !only.includes(name)) continue;
      const measured = await measure(bench);
      for (const figure of measured) console.log(JSON.stringify(figure));
      figures.push(...measured);
    }
  } finally {
    await bench.close();
  }
  return figures;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    stopAllPrograms();
    process.exit(1);
  });
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
