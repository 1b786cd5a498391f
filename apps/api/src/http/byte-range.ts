import parseRange from 'range-parser';
import { DomainError } from '#kernel';
import type { ByteRange } from '#platform/storage';

/**
 * The part of `sizeBytes` bytes that a `Range` header asks for (RFC 9110, section 14); undefined for the whole: no
 * header, another unit, malformed, or several ranges, which a server may answer with everything.
 * @throws DomainError `range_not_satisfiable`
 */
export function readByteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  if (!header?.startsWith('bytes=')) return undefined;
  const ranges = parseRange(sizeBytes, header);
  if (ranges === -1) throw new DomainError('range_not_satisfiable', `The file has ${sizeBytes} bytes`);
  if (ranges === -2 || ranges.length !== 1) return undefined;
  const [range] = ranges;
  return range && { offset: range.start, length: range.end - range.start + 1 };
}
