import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endLike, runChild } from './child.mjs';
import { Failure } from './failure.mjs';
import { SCRATCH } from './lock.mjs';
import { inRoot, NODE } from './paths.mjs';

const STAMP = '.built-from';

/** Whether dist was built from the sources as they are now. */
export function isBuilt() {
  const stamp = inRoot('dist', STAMP);
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint();
}

/** Compiles apps and libs to dist, which changes only when that succeeded, and then as a whole. */
export async function build() {
  console.log('Building ...');
  sweepScratch();
  const sources = fingerprint();
  const output = join(SCRATCH, `build-${process.pid}`);
  const compiler = [inRoot('node_modules/typescript/bin/tsc'), '-p', 'tsconfig.build.json', '--outDir', output];
  const result = await runChild(NODE, [...compiler, '--tsBuildInfoFile', join(output, '.tsbuildinfo')], {
    quiet: true,
  });
  if (result.signal) return endLike(result);
  if (result.code !== 0) throw new Failure(`The build failed:\n\n${result.output.trim()}`);
  writeFileSync(join(output, STAMP), sources);
  replaceDist(output);
}

function replaceDist(output) {
  const old = `${output}-old`;
  if (existsSync(inRoot('dist'))) renameSync(inRoot('dist'), old);
  renameSync(output, inRoot('dist'));
  rmSync(old, { recursive: true, force: true });
}

function sweepScratch() {
  for (const name of readdirSync(SCRATCH)) {
    if (name.startsWith('build-')) rmSync(join(SCRATCH, name), { recursive: true, force: true });
  }
}

/** One hash over everything the build reads. */
function fingerprint() {
  const hash = createHash('sha256');
  const configuration = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
  for (const file of [...configuration, ...sourcesIn('apps'), ...sourcesIn('libs')]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(inRoot(file)))
      .update('\0');
  }
  return `${hash.digest('hex')}\n`;
}

function sourcesIn(folder) {
  if (!existsSync(inRoot(folder))) return [];
  const names = readdirSync(inRoot(folder), { recursive: true }).map((name) => join(folder, String(name)));
  return names.filter((name) => name.endsWith('.ts') && !name.endsWith('.spec.ts')).sort();
}
