import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import type { Archive, ArchiveEntry } from './archive-entry.js';
import { printable, refuse } from './build-context.errors.js';
import { ContextLinks } from './context-links.js';
import { type ContextLimits, RATIO_FLOOR_BYTES } from './context-limits.js';
import type { ContextNode } from './context-node.js';
import { ContextTree } from './context-tree.js';
import { IGNORE_FILE, IgnoreRules, type Matches, MAX_IGNORE_BYTES } from './ignore/ignore-rules.js';

/** How many entries are judged without letting others run. */
const TURN_ENTRIES = 100;

/** What a context is made of. */
export interface ContextFacts {
  /** Files, folders and links that are part of it. */
  readonly entries: number;
  /** Of its files, unpacked. */
  readonly bytes: number;
  /** Entries that `.dockerignore` leaves out. */
  readonly ignored: number;
}

/** A context of which all names and links were judged. */
export interface Survey {
  readonly tree: ContextTree;
  readonly facts: ContextFacts;
}

/**
 * Reads an archive once, up to its end, and judges everything but the content of files. What `.dockerignore` leaves out
 * counts for names and limits alone: links and special files are no harm where nobody unpacks them.
 * @throws BuildContextRefusedError; errors of the source pass through
 */
export async function survey(archive: Archive, packedBytes: number, limits: ContextLimits): Promise<Survey> {
  const tree = new ContextTree();
  const counter = new Counter(packedBytes, limits);
  let rules = '';
  for await (const entry of archive.entries()) {
    counter.count(entry);
    const node = tree.add(entry);
    if (node?.path === IGNORE_FILE && entry.kind === 'file') rules = await readRules(entry);
  }
  await mark(tree.root, new IgnoreRules(rules));
  return { tree, facts: await judge(tree) };
}

class Counter {
  private entries = 0;
  private bytes = 0;

  constructor(
    private readonly packedBytes: number,
    private readonly limits: ContextLimits,
  ) {}

  count({ name, sizeBytes }: ArchiveEntry): void {
    const { maxEntries, maxBytes, maxEntryBytes, maxRatio } = this.limits;
    this.entries += 1;
    this.bytes += sizeBytes;
    if (this.entries > maxEntries) refuse(null, `has more than ${maxEntries} entries`);
    if (sizeBytes > maxEntryBytes) refuse(name, `is larger than the ${maxEntryBytes} bytes a file may have`);
    if (this.bytes > maxBytes) refuse(null, `unpacks to more than ${maxBytes} bytes`);
    if (this.bytes > Math.max(RATIO_FLOOR_BYTES, this.packedBytes * maxRatio)) {
      refuse(null, `unpacks to more than ${maxRatio} times its size`);
    }
  }
}

async function readRules({ sizeBytes, read }: ArchiveEntry): Promise<string> {
  if (sizeBytes > MAX_IGNORE_BYTES) refuse(IGNORE_FILE, `is larger than ${MAX_IGNORE_BYTES} bytes`);
  const bytes = await buffer(read());
  if (!isUtf8(bytes)) refuse(IGNORE_FILE, 'is not UTF-8');
  return bytes.toString();
}

/** Each place below the root, before what is in it. Others run in between. */
async function* places(root: ContextNode): AsyncGenerator<ContextNode, void, undefined> {
  let visited = 0;
  const waiting = [...root.children.values()].reverse();
  for (let node = waiting.pop(); node; node = waiting.pop()) {
    visited += 1;
    if (visited % TURN_ENTRIES === 0) await setImmediate();
    yield node;
    waiting.push(...[...node.children.values()].reverse());
  }
}

/** Notes what stays: all that no rule leaves out, and the folders above it. */
async function mark(root: ContextNode, rules: IgnoreRules): Promise<void> {
  const matches = new Map<ContextNode | undefined, Matches>();
  for await (const node of places(root)) {
    if (!rules.isEmpty) {
      const matched = rules.match(node.path, matches.get(node.parent));
      if (node.children.size > 0) matches.set(node, matched);
      if (rules.leavesOut(matched)) continue;
    }
    for (let place: ContextNode | undefined = node; place && !place.isKept; place = place.parent) place.isKept = true;
  }
}

async function judge({ root }: ContextTree): Promise<ContextFacts> {
  const links = new ContextLinks();
  const facts = { entries: 0, bytes: 0, ignored: 0 };
  for await (const node of places(root)) {
    const { kind, what, sizeBytes } = node.told;
    if (!node.isKept) facts.ignored += node.isTold ? 1 : 0;
    else {
      if (kind === 'special') refuse(node.path, `is ${what ?? 'no file'}`);
      if (kind === 'symlink') links.assertInside(node);
      if (node.original?.isKept === false) {
        refuse(node.path, `is a hard link to ${printable(node.original.path)}, which ${IGNORE_FILE} leaves out`);
      }
      facts.entries += 1;
      facts.bytes += sizeBytes;
    }
  }
  return facts;
}
