import { randomBytes } from 'node:crypto';

const CLUSTER = 65_536;
const L2_ENTRIES = CLUSTER / 8;
const COPIED = 1n << 63n;
const MIB = 2 ** 20;

/** Random once: what data clusters hold makes no difference to anything that is measured. */
const FILLING = randomBytes(MIB);

/**
 * A valid QCOW2 file (version 3, 64 KiB clusters, all of them allocated) of exactly `sizeBytes`, a multiple of 64 KiB and
 * at most 2 GiB, as a sequence of buffers: tables are made, data repeats one random MiB. No two calls give equal files.
 */
export function* qcow2Image(sizeBytes: number): Generator<Buffer, void, undefined> {
  const tables = metadata(sizeBytes / CLUSTER);
  yield tables;
  const first = Buffer.from(FILLING.subarray(0, CLUSTER));
  randomBytes(32).copy(first);
  yield first;
  for (let left = sizeBytes - tables.length - CLUSTER; left > 0; left -= MIB) {
    yield left < MIB ? FILLING.subarray(0, left) : FILLING;
  }
}

/** Header, refcount table and block, L1 table and L2 tables, in this order, a cluster each. */
function metadata(clusters: number): Buffer {
  const l2Tables = Math.ceil(clusters / L2_ENTRIES);
  const dataStart = 4 + l2Tables;
  const dataClusters = clusters - dataStart;
  const tables = Buffer.alloc(dataStart * CLUSTER);
  writeHeader(tables, dataClusters, l2Tables);
  tables.writeBigUInt64BE(BigInt(2 * CLUSTER), CLUSTER);
  for (let cluster = 0; cluster < clusters; cluster++) tables.writeUInt16BE(1, 2 * CLUSTER + 2 * cluster);
  for (let table = 0; table < l2Tables; table++) {
    tables.writeBigUInt64BE(COPIED | BigInt((4 + table) * CLUSTER), 3 * CLUSTER + 8 * table);
  }
  for (let cluster = 0; cluster < dataClusters; cluster++) {
    tables.writeBigUInt64BE(COPIED | BigInt((dataStart + cluster) * CLUSTER), 4 * CLUSTER + 8 * cluster);
  }
  return tables;
}

function writeHeader(header: Buffer, dataClusters: number, l2Tables: number): void {
  header.write('QFI\xfb', 'latin1');
  header.writeUInt32BE(3, 4);
  header.writeUInt32BE(16, 20); // cluster_bits
  header.writeBigUInt64BE(BigInt(dataClusters * CLUSTER), 24);
  header.writeUInt32BE(l2Tables, 36);
  header.writeBigUInt64BE(BigInt(3 * CLUSTER), 40);
  header.writeBigUInt64BE(BigInt(CLUSTER), 48);
  header.writeUInt32BE(1, 56); // clusters of the refcount table
  header.writeUInt32BE(4, 96); // refcount_order: 16 bits
  header.writeUInt32BE(104, 100); // header_length
}
