/**
 * Fetches an mkfs.xfs that can fill a file system from a folder (6.17 or newer), of Debian's next release, with the libraries
 * that it runs with, into `.cache/tools`, where nothing is installed; once. Builds look there first, unless BUILD_TOOLS_DIR
 * says otherwise; with it come xfs_db and xfs_repair, which look at what it made. Needs apt, dpkg, and a Debian mirror.
 * Prints the folder.
 */
import { access, mkdir, readdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { inCache, printed, unpackPackages } from './debian-packages.mjs';

const NAME = 'tools';
const PROGRAMS = ['mkfs.xfs', 'xfs_db', 'xfs_repair'];
const PACKAGES = [
  'xfsprogs',
  'libc6',
  'libblkid1',
  'libedit2',
  'libbsd0',
  'libmd0',
  'libtinfo6',
  'libinih1',
  'liburcu8t64',
  'libuuid1',
];
const SUITE = 'testing';
const USUAL_MIRROR = 'http://deb.debian.org/debian';
const KEYS = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** The one that this machine uses, where it is a Debian. */
async function mirror() {
  const known = await printed('apt-get', ['indextargets', '--format', '$(ORIGIN) $(LABEL) $(REPO_URI)']);
  return /^Debian Debian (\S+)$/m.exec(known)?.[1] ?? USUAL_MIRROR;
}

/** By lists of packages of our own: what the machine installs is not ours to change. */
async function download(dir) {
  const [apt, sources] = [join(dir, 'apt'), join(dir, 'apt/suite.list')];
  for (const folder of ['lists/partial', 'cache/archives/partial']) await mkdir(join(apt, folder), { recursive: true });
  await writeFile(sources, `deb [signed-by=${KEYS}] ${await mirror()} ${SUITE} main\n`);
  const settings = [
    `Dir::Etc::SourceList=${sources}`,
    'Dir::Etc::SourceParts=-',
    `Dir::State::Lists=${join(apt, 'lists')}`,
    'Dir::State::Status=/dev/null',
    `Dir::Cache=${join(apt, 'cache')}`,
    'Acquire::Languages=none',
  ].flatMap((setting) => ['-o', setting]);
  await printed('apt-get', [...settings, '-q', 'update']);
  await printed('apt-get', [...settings, '-q', 'download', ...PACKAGES], { cwd: dir });
}

/** Programs that start the fetched ones with the fetched libraries, wherever the folder is. */
async function writeStarters(dir) {
  const files = await readdir(dir, { recursive: true, withFileTypes: true });
  const at = (matches) => {
    const found = files.find((file) => matches(file.name) && !file.isDirectory());
    if (!found)
      throw new Error(`the packages ${PACKAGES.join(', ')} have changed: a file that was in them is not there`);
    return relative(dir, found.parentPath);
  };
  const libraries = at((name) => name === 'libc.so.6');
  const loader = (await readdir(join(dir, libraries))).find((name) => name.startsWith('ld-linux'));
  const programs = at((name) => name === 'mkfs.xfs');
  for (const name of PROGRAMS) {
    const start = `exec "$dir/${libraries}/${loader}" --library-path "$dir/${libraries}" "$dir/${programs}/${name}" "$@"`;
    await writeFile(join(dir, name), `#!/bin/sh\ndir=$(dirname "$0")\n${start}\n`, { mode: 0o755 });
  }
}

const isFetched = await access(join(inCache(NAME), 'mkfs.xfs')).then(
  () => true,
  () => false,
);
if (!isFetched) await unpackPackages(NAME, download, writeStarters);
console.log(inCache(NAME));
