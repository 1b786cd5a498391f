import { DomainError } from '#kernel';
import type { ByteRange } from '#platform/storage';

const ONE_RANGE = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * The part of `sizeBytes` bytes that a `Range` header asks for (RFC 9110, section 14.1.2); undefined for the whole: no
 * header, another unit, malformed, or several ranges, which a server may answer with everything.
 * @throws DomainError `range_not_satisfiable`
 */
export function readByteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = ONE_RANGE.exec(header ?? '') ?? [];
  const isSuffix = first === '';
  if (isSuffix ? last === '' : last !== '' && Number(last) < Number(first)) return undefined;
  const offset = isSuffix ? Math.max(sizeBytes - Number(last), 0) : Number(first);
  const end = isSuffix || last === '' ? sizeBytes : Math.min(Number(last) + 1, sizeBytes);
  if (offset >= end) throw new DomainError('range_not_satisfiable', `The file has ${sizeBytes} bytes`);
  return { offset, length: end - offset };
}
