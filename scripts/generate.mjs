import { bootstrap } from './bootstrap.mjs';

/** `npm run generate`: writes the files that are made from the code. */
await bootstrap(['dist/apps/api/src/reference/generate.js', ...process.argv.slice(2)]);
