import type { DiskReader } from '../disk-reader.js';
import { refuse } from '../refusal.js';
import { isBlank } from '../rules.js';
import { readChecked } from './checked-structure.js';

const KIB = 1024;
const HEADER_BYTES = 4 * KIB;

/**
 * Refuses a file whose headers are not both whole, or whose log still holds what the tables lack: to play it back is to
 * write. MS-VHDX, 2.2.2 and 2.3.
 */
export async function refuseUncleanHeaders(reader: DiskReader): Promise<void> {
  const first = await readChecked(reader, 'header 1', 'head', 64 * KIB, HEADER_BYTES);
  const second = await readChecked(reader, 'header 2', 'head', 128 * KIB, HEADER_BYTES);
  const [older, newer] = [first.readBigUInt64LE(8), second.readBigUInt64LE(8)];
  if (older === newer && !first.equals(second)) refuse('SequenceNumber', 'is the same in two different headers');
  const current = older > newer ? first : second;
  const version = current.readUInt16LE(66);
  if (version !== 1) refuse('Version', `${version} is not 1, the only one there is`);
  if (!isBlank(current.subarray(48, 64))) {
    refuse('LogGuid', 'says that the log holds unfinished writes; shut the machine down cleanly first');
  }
}
