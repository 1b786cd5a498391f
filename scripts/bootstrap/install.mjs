import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { endLike, runChild } from './child.mjs';
import { Failure } from './failure.mjs';
import { inRoot, NODE } from './paths.mjs';

const STAMP = inRoot('node_modules/.diskyard-installed');

/** Whether node_modules holds what package-lock.json asks for, on this platform. */
export function isInstalled() {
  if (!existsSync(NODE)) return false;
  return read(STAMP) === expectedStamp() || matchesLockFile();
}

/** Installs exactly what package-lock.json asks for, the tools to build with included. */
export async function install() {
  console.log('Installing dependencies (npm ci), once for this version; this takes a minute ...');
  const { command, args } = npm();
  // Whatever NODE_ENV says, the compiler is needed: we build here.
  const options = ['ci', '--include=dev', '--include=optional', '--no-audit', '--no-fund'];
  const result = await runChild(command, [...args, ...options], { quiet: true }).catch((error) => {
    throw new Failure(`npm could not be run (${error.message}). Install Node.js with npm, then try again.`);
  });
  if (result.signal) return endLike(result);
  if (result.code !== 0) throw new Failure(explain(result.output));
  if (!existsSync(NODE)) throw new Failure(NO_NODE);
  writeFileSync(STAMP, expectedStamp());
}

const NO_NODE =
  'npm ci succeeded, but node_modules/.bin/node is missing: the install script of the package "node" has not run.\n' +
  'If npm is told to skip install scripts (npm config get ignore-scripts), run this once, then try again:\n' +
  '  npm rebuild node --ignore-scripts=false';

function npm() {
  const running = process.env.npm_execpath;
  return running?.endsWith('npm-cli.js')
    ? { command: process.execPath, args: [running] }
    : { command: 'npm', args: [] };
}

function expectedStamp() {
  const lockFile = createHash('sha256')
    .update(readFileSync(inRoot('package-lock.json')))
    .digest('hex');
  return `${process.platform}-${process.arch} ${lockFile}\n`;
}

/** For a node_modules that somebody installed by hand: npm keeps a record of what is there. */
function matchesLockFile() {
  const record = read(inRoot('node_modules/.package-lock.json'));
  if (record === undefined) return false;
  const present = JSON.parse(record).packages;
  const wanted = Object.entries(JSON.parse(readFileSync(inRoot('package-lock.json'), 'utf8')).packages);
  return wanted.every(([path, { version, optional, devOptional }]) => {
    if (path === '') return true;
    return present[path] ? present[path].version === version : optional || devOptional;
  });
}

function explain(output) {
  return `npm ci failed. It said:\n\n${output.trim()}\n\n${adviceFor(output)}`;
}

function adviceFor(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|CERT/.test(output))
    return 'The npm registry is out of reach. Check the network, the proxy and "npm config get registry", then try again.';
  if (/EACCES|EPERM|EROFS/.test(output))
    return 'This user may not write here. Use a checkout of its own, or fix the ownership of node_modules.';
  if (/ENOSPC/.test(output)) return 'The disk is full. Dependencies need about 700 MB.';
  return 'Fix what it complains about, then try again.';
}

function read(file) {
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}
