import { refuse } from '../build-context.errors.js';
import type { ByteReader } from './byte-reader.js';
import { isZero } from './tar-header.js';

const PIECE_BYTES = 64 * 1024;

/** Behind the end marker there is padding at most. To read it also makes a packed archive check its own checksum. */
export async function assertNothingFollows(reader: ByteReader): Promise<void> {
  for (let rest = await reader.take(PIECE_BYTES); rest.length > 0; rest = await reader.take(PIECE_BYTES)) {
    if (!isZero(rest)) refuse(null, 'goes on behind its end marker; pack everything into one');
  }
}
