/** `npm start`: the whole registry on this machine. `npm start -- --help` tells what it can be told. */
import { bootstrap } from './bootstrap.mjs';

await bootstrap(['--enable-source-maps', 'dist/apps/api/src/main.js', ...process.argv.slice(2)]);
