import type { Examination } from './examination.js';
import { PIECE_BYTES } from './image-reader.js';
import { refuse } from './refusal.js';
import type { Tree } from './snapshots.js';
import { splitPointer } from './words.js';

const ENTRY_BYTES = 8;
const SMALLEST_SLICE_BYTES = 512;
const NOTHING = Buffer.alloc(0);
const NO_TABLES: readonly number[] = [];

/** The same stretch of every tree's L1 table, one buffer per tree; shorter where a tree's table ended. */
interface L1Stretch {
  readonly firstIndex: number;
  readonly rows: number;
  readonly columns: readonly Buffer[];
}

/** How much of each of `count` tables to hold at once, so that all together stay about one piece. A power of two. */
export function sliceBytes(count: number): number {
  return Math.max(SMALLEST_SLICE_BYTES, 2 ** Math.floor(Math.log2(PIECE_BYTES / count)));
}

async function* l1Stretches({ reader }: Examination, trees: readonly Tree[]): AsyncGenerator<L1Stretch> {
  const longest = Math.max(...trees.map((tree) => tree.l1Size));
  const rows = sliceBytes(trees.length) / ENTRY_BYTES;
  for (let firstIndex = 0; firstIndex < longest; firstIndex += rows) {
    const columns: Buffer[] = [];
    for (const { l1Offset, l1Size } of trees) {
      const length = Math.min(rows, Math.max(0, l1Size - firstIndex)) * ENTRY_BYTES;
      columns.push(length === 0 ? NOTHING : await reader.exact(l1Offset + firstIndex * ENTRY_BYTES, length));
    }
    yield { firstIndex, rows: Math.min(rows, longest - firstIndex), columns };
  }
}

/** The distinct L2 tables that the trees have at one L1 index: several only where a snapshot and the disk diverged. */
function l2TablesAt(columns: readonly Buffer[], row: number): readonly number[] {
  let tables = NO_TABLES;
  for (const column of columns) {
    const at = row * ENTRY_BYTES;
    if (at >= column.length) continue;
    const { offset, low, high } = splitPointer(column.readUInt32BE(at), column.readUInt32BE(at + 4));
    if (low !== 0 || (high & 0x7f) !== 0) refuse('L1 table entry', 'reserved bits are set');
    // Bit 63 says whether the table may be written in place, which concerns no reader; but there must be a table.
    if (offset === 0 && high !== 0) refuse('L1 table entry', 'points at the header as if it were an L2 table');
    if (offset !== 0 && !tables.includes(offset)) tables = [...tables, offset];
  }
  return tables;
}

/** All L2 tables at one L1 index. */
export interface L1Row {
  readonly index: number;
  readonly tables: readonly number[];
}

/**
 * The L1 indexes that have L2 tables, in order and in batches of a size to handle at once. Spec: "Cluster mapping".
 * Throws Qcow2RefusedError.
 */
export async function* l1Rows(examination: Examination, trees: readonly Tree[]): AsyncGenerator<L1Row[]> {
  for await (const { firstIndex, rows, columns } of l1Stretches(examination, trees)) {
    const batch: L1Row[] = [];
    for (let row = 0; row < rows; row += 1) {
      const tables = l2TablesAt(columns, row);
      if (tables.length > 0) batch.push({ index: firstIndex + row, tables });
    }
    yield batch;
  }
}

/**
 * Claims every L1 table, then every L2 table. Trees may share an L2 table at the same index, as snapshots do; any other
 * second use is refused. Throws Qcow2RefusedError.
 */
export async function claimMappingTables(examination: Examination, trees: readonly Tree[]): Promise<void> {
  for (const { l1Offset, l1Size } of trees) {
    await examination.claimTable('l1_table_offset', l1Offset, l1Size * ENTRY_BYTES);
  }
  for await (const batch of l1Rows(examination, trees)) {
    for (const { tables } of batch) tables.forEach((table) => examination.claimCluster('L1 table entry', table));
  }
}
