/** `npm run worker`: works on operations, beside api processes. `npm run worker -- --help` tells what it can be told. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap(['--enable-source-maps', 'dist/apps/worker/src/main.js', ...process.argv.slice(2)]);
