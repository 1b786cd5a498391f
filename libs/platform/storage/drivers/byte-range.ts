import type { ByteRange } from '../blob-store.js';

/** @throws RangeError unless both numbers are whole and not negative: whoever asks has a bug */
export function assertByteRange({ offset, length }: ByteRange): void {
  const fine = Number.isSafeInteger(offset) && Number.isSafeInteger(length) && offset >= 0 && length >= 0;
  if (!fine) throw new RangeError('Not a byte range');
}
