import { refuseFilledSlack } from './header-cluster.js';
import { parseExtensions } from './header-extensions.js';
import { headerBytesNeeded, parseHeader, type Qcow2Header } from './header.js';
import { refuseByFileSize, refuseByHeader } from './header-rules.js';
import { DEFAULT_LIMITS, type Qcow2Limits } from './limits.js';
import { refuseForeignHead } from './polyglot.js';
import { Qcow2RefusedError, refuse } from './refusal.js';

/** With this many bytes of a file, or the whole of a shorter one, `checkHeader` is never undecided. */
export const HEADER_PROBE_BYTES = 64 * 1024;

/** What the first bytes of a stream tell. */
export type HeaderVerdict =
  | { readonly kind: 'refused'; readonly reason: Qcow2RefusedError }
  /** Nothing wrong so far; ask again when the stream has brought `bytesNeeded` bytes in all, or has ended. */
  | { readonly kind: 'undecided'; readonly bytesNeeded: number }
  /** Nothing wrong with the header; the tables are `inspect`'s to judge. */
  | { readonly kind: 'plausible'; readonly header: Qcow2Header };

/**
 * Judges a stream by its first bytes, so that what cannot be admitted need not be received. Any length does: a wrong
 * magic is refused at its first byte, an unsupported version at the eighth.
 *
 * @param first the stream from its start; what is beyond HEADER_PROBE_BYTES is not looked at
 * @param fileSizeBytes the size of the whole file, when it was declared
 */
export function checkHeader(
  first: Buffer,
  limits: Qcow2Limits = DEFAULT_LIMITS,
  fileSizeBytes?: number,
): HeaderVerdict {
  try {
    return judge(first.subarray(0, HEADER_PROBE_BYTES), limits, fileSizeBytes);
  } catch (error) {
    if (error instanceof Qcow2RefusedError) return { kind: 'refused', reason: error };
    throw error;
  }
}

function judge(first: Buffer, limits: Qcow2Limits, fileSizeBytes: number | undefined): HeaderVerdict {
  const needed = headerBytesNeeded(first);
  if (first.length < needed) {
    if (fileSizeBytes !== undefined && fileSizeBytes < needed) {
      refuse('header', `the file ends after ${fileSizeBytes} bytes, inside its header`);
    }
    return { kind: 'undecided', bytesNeeded: needed };
  }
  const header = parseHeader(first);
  refuseByHeader(header, limits);
  if (fileSizeBytes !== undefined) refuseByFileSize(header, fileSizeBytes, limits);
  const headerCluster = first.subarray(0, header.clusterSizeBytes);
  const extensions = parseExtensions(headerCluster, header);
  if (extensions) refuseFilledSlack(headerCluster, extensions.endOffset);
  refuseForeignHead(headerCluster, () => false);
  const bytesNeeded = Math.min(header.clusterSizeBytes, HEADER_PROBE_BYTES, fileSizeBytes ?? Infinity);
  return first.length < bytesNeeded ? { kind: 'undecided', bytesNeeded } : { kind: 'plausible', header };
}
