import type { Archive, ArchiveEntry } from './archive-entry.js';
import { refuse } from './build-context.errors.js';
import type { ContextNode } from './context-node.js';
import type { ContextTree } from './context-tree.js';
import { paddingOf } from './tar/padding.js';
import { END_OF_ARCHIVE, writeHeader } from './tar/write-header.js';

/** Within eleven octal digits; times before 1970 become 1970. */
const MAX_SECONDS = 8 ** 11 - 1;
/** Whoever unpacks a folder must be able to remove it. */
const OWNER_MAY = 0o700;

const CHANGED = 'has changed meanwhile';

/**
 * The entries that were judged, read once more, as a tar archive that may be unpacked as it is: folders before what is in
 * them, hard links behind their files, everything root's. Nothing is held but a piece of a file.
 * @throws BuildContextRefusedError in place of the archive's end; errors of the source pass through
 */
export async function* cleanTar(archive: Archive, tree: ContextTree): AsyncGenerator<Buffer, void, undefined> {
  const written = new Set<ContextNode>();
  let entries = 0;
  for await (const entry of archive.entries()) {
    entries += 1;
    yield* writeEntry(entry, tree.find(entry.name) ?? refuse(entry.name, CHANGED), written);
  }
  if (entries !== tree.entries) refuse(null, CHANGED);
  yield END_OF_ARCHIVE;
}

async function* writeEntry(
  entry: ArchiveEntry,
  node: ContextNode,
  written: Set<ContextNode>,
): AsyncGenerator<Buffer, void, undefined> {
  if (node.kind !== entry.kind || node.told.sizeBytes !== entry.sizeBytes) refuse(entry.name, CHANGED);
  if (!node.isKept) return;
  yield* writeFolders(node, written);
  if (node.kind === 'directory') return;
  yield header(node);
  if (node.kind !== 'file') return;
  yield* entry.read();
  const paddingBytes = paddingOf(entry.sizeBytes);
  if (paddingBytes > 0) yield Buffer.alloc(paddingBytes);
}

/** The folders that a place is in, or is, as far as they have not been there yet. */
function* writeFolders(node: ContextNode, written: Set<ContextNode>): Generator<Buffer, void, undefined> {
  if (!node.parent || written.has(node)) return;
  yield* writeFolders(node.parent, written);
  if (node.kind !== 'directory') return;
  written.add(node);
  yield header(node);
}

function header(node: ContextNode): Buffer {
  const { kind, mode, mtimeSeconds, sizeBytes, target } = node.told;
  if (kind === 'special') return refuse(node.path, 'is no file');
  const seconds = Number.isFinite(mtimeSeconds) ? Math.trunc(mtimeSeconds) : 0;
  return writeHeader({
    path: node.path,
    kind,
    mode: kind === 'directory' ? mode | OWNER_MAY : mode,
    mtimeSeconds: Math.min(Math.max(seconds, 0), MAX_SECONDS),
    sizeBytes,
    target: node.original?.path ?? target,
  });
}
