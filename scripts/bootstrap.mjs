/**
 * What `npm start`, `npm test` and `npm run bench` do first, on whatever Node the machine has (20 or newer): install
 * and build when needed. Then they go on with the project's own Node.
 */
import { build, isBuilt } from './bootstrap/build.mjs';
import { endLike, runChild } from './bootstrap/child.mjs';
import { Failure } from './bootstrap/failure.mjs';
import { install, isInstalled } from './bootstrap/install.mjs';
import { withLock } from './bootstrap/lock.mjs';
import { NODE } from './bootstrap/paths.mjs';

/**
 * Makes the checkout ready and runs the project's Node in it; this process ends as that one does.
 *
 * @param {string[]} nodeArguments options, script, and the script's arguments
 */
export async function bootstrap(nodeArguments) {
  try {
    if (await makeReady()) endLike(await runChild(NODE, nodeArguments));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    console.error(`\n${error.message}`);
    process.exitCode = 1;
  }
}

/** False when it was interrupted. */
async function makeReady() {
  if (isInstalled() && isBuilt()) return true;
  await withLock(async () => {
    // Looked at again: somebody else may have done it while we waited.
    if (!isInstalled()) await install();
    if (isInstalled() && !isBuilt()) await build();
  });
  return isInstalled() && isBuilt();
}
