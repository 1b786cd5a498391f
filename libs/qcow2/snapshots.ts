import type { Examination } from './examination.js';
import { refuse } from './refusal.js';
import { TableCursor } from './table-cursor.js';
import { readU64, roundUp } from './words.js';

const ENTRY_BYTES = 40;
const MAX_L1_BYTES = 32 * 2 ** 20;
/** QEMU's bound on an entry's extra data; ID and name have 64 KiB each at most by their fields. */
const MAX_EXTRA_BYTES = 1024;

/** A guest disk as an L1 table describes it: the active one, or a snapshot's. */
export interface Tree {
  readonly l1Offset: number;
  readonly l1Size: number;
}

/**
 * Reads and claims the snapshot table; `nb_snapshots` was limited before. Spec: "Snapshots". Throws Qcow2RefusedError.
 */
export async function claimSnapshots(examination: Examination): Promise<Tree[]> {
  const { header, reader } = examination;
  if (header.snapshotCount === 0) return [];
  const start = header.snapshotsOffset;
  const cursor = new TableCursor(reader, 'snapshots_offset', start, reader.sizeBytes);
  const trees: Tree[] = [];
  while (trees.length < header.snapshotCount) trees.push(await readSnapshot(cursor, start));
  await examination.claimTable('snapshots_offset', start, cursor.offset - start);
  return trees;
}

async function readSnapshot(cursor: TableCursor, start: number): Promise<Tree> {
  // Padding is between the entries only: the table's last entry may end the file.
  cursor.skip(roundUp(cursor.offset - start, 8) - (cursor.offset - start));
  const entry = await cursor.take(ENTRY_BYTES);
  const extraBytes = entry.readUInt32BE(36);
  if (extraBytes > MAX_EXTRA_BYTES) refuse('snapshot extra data size', `${extraBytes} is over ${MAX_EXTRA_BYTES}`);
  cursor.skip(extraBytes + entry.readUInt16BE(12) + entry.readUInt16BE(14));
  const l1Size = entry.readUInt32BE(8);
  if (l1Size * 8 > MAX_L1_BYTES) refuse('snapshot l1_size', `${l1Size} entries are over the limit of 32 MiB`);
  return { l1Offset: readU64(entry, 0), l1Size };
}
