/** `npm run bench`: the benchmarks, TypeScript that Node runs as it is (so without enums, decorators and the like). */
import { bootstrap } from './bootstrap.mjs';

await bootstrap(['--import', './scripts/typescript-imports.mjs', 'bench/main.ts', ...process.argv.slice(2)]);
