import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

/** The checkout. */
export const ROOT = fileURLToPath(new URL('../..', import.meta.url));

/** A path in the checkout. */
export const inRoot = (...parts) => join(ROOT, ...parts);

/** The Node that everything but this bootstrap runs on; the npm package `node` puts it there. */
export const NODE = inRoot('node_modules/.bin/node');
