import type { RootFilesystem } from '../root-filesystem.js';
import { BOOT_FILE_PATTERNS } from './kernel-choice.js';
import { shell } from './shell.js';
import { readMissing, tellMissing } from './worker-programs.js';
import { ENTRY_FORMAT, MAX_LISTING_BYTES, readEntries, type TreeEntry } from './tree-entry.js';
import type { Lookup } from './tree-paths.js';

/** What a tree takes. */
export interface TreeSize {
  /** What its files and folders occupy; holes do not count. */
  readonly allocatedBytes: number;
  /** How long its files say they are, holes and all. */
  readonly apparentBytes: number;
  /** Files, folders and all else; a file with several names counts once. */
  readonly inodes: number;
}

export interface TreeSurvey extends TreeSize {
  /** Which of the programs and files that were asked for the worker does not have. */
  readonly missing: readonly string[];
  /** What there is of the paths that were asked for, and what looks like a kernel or an initrd in `/` and `/boot`. */
  readonly entries: readonly TreeEntry[];
}

/** What there is at one of the paths that were asked for. */
export function entryAt({ entries }: TreeSurvey, path: string): TreeEntry | undefined {
  return entries.find((entry) => entry.path === path);
}

const inTree = (path: string): string => `./${path}`;

/**
 * Looks at everything that a disk's plan depends on, by one program.
 * @param wanted programs by name, files of the worker by absolute path
 * @param paths of the tree
 */
export async function surveyTree(
  root: RootFilesystem,
  wanted: readonly string[],
  paths: readonly string[],
): Promise<TreeSurvey> {
  const printed = await root.run('sh', ['-ec', surveyScript(wanted, paths)]);
  const end = printed.indexOf('\0');
  const facts = printed.slice(0, end);
  const count = (name: string): number => Number(new RegExp(`^${name} (\\d+)`, 'm').exec(facts)?.[1]);
  return {
    allocatedBytes: count('allocated'),
    apparentBytes: count('apparent'),
    inodes: count('inodes'),
    missing: readMissing(facts),
    entries: readEntries(printed.slice(end + 1)),
  };
}

function surveyScript(wanted: readonly string[], paths: readonly string[]): string {
  return [
    tellMissing(wanted),
    'allocated=$(du -sx -B1 .); apparent=$(du -sx -B1 --apparent-size .); inodes=$(du -sx --inodes .)',
    String.raw`printf 'allocated %s\napparent %s\ninodes %s\n\0' "$allocated" "$apparent" "$inodes"`,
    `{ ${entriesOf(paths)} || true; ${bootFilesIn(['', 'boot'])}; } 2>/dev/null | head -c ${MAX_LISTING_BYTES}`,
  ].join('\n');
}

/** Asks what is at some paths of the tree. */
export function treeLookup(root: RootFilesystem): Lookup {
  return (paths) => listing(root, entriesOf(paths));
}

/** Asks for what looks like a kernel or an initrd in one folder of the tree, which is no link. */
export function listBootFiles(root: RootFilesystem, folder: string): Promise<TreeEntry[]> {
  return listing(root, bootFilesIn([folder]));
}

/** What is not there is no failure, but a part of the answer. */
async function listing(root: RootFilesystem, find: string): Promise<TreeEntry[]> {
  return readEntries(await root.run('sh', ['-c', `${find} 2>/dev/null | head -c ${MAX_LISTING_BYTES}`]));
}

function entriesOf(paths: readonly string[]): string {
  return shell`find ${paths.map(inTree)} -maxdepth 0 -printf ${ENTRY_FORMAT}`;
}

function bootFilesIn(folders: readonly string[]): string {
  const names = BOOT_FILE_PATTERNS.flatMap((pattern) => ['-o', '-name', pattern]).slice(1);
  const places = folders.map((folder) => `${inTree(folder)}/`.replace(/\/+$/, ''));
  return shell`find ${places} -mindepth 1 -maxdepth 1 ${['(', ...names, ')']} -printf ${ENTRY_FORMAT}`;
}
