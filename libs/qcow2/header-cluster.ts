import { parseExtensions, type HeaderExtensions } from './header-extensions.js';
import { parseHeader, type Qcow2Header } from './header.js';
import { refuseByFileSize, refuseByHeader } from './header-rules.js';
import type { ImageReader } from './image-reader.js';
import type { Qcow2Limits } from './limits.js';
import { hex, refuse } from './refusal.js';

const ZEROS = Buffer.alloc(64 * 1024);

/**
 * The header's cluster may hold nothing after its extensions but zeros: what else stands there is another file's head
 * hiding behind ours. Spec: "Header extensions". (A backing file's name is the exception, and refused anyway.)
 *
 * @param bytes the first cluster, or as much of it as there is
 */
export function refuseFilledSlack(bytes: Buffer, endOffset: number): void {
  for (let at = endOffset; at < bytes.length; at += ZEROS.length) {
    const piece = bytes.subarray(at, at + ZEROS.length);
    if (piece.equals(ZEROS.subarray(0, piece.length))) continue;
    const where = hex(at + piece.findIndex((byte) => byte !== 0));
    refuse('header', `its cluster holds data at ${where}, after the header extensions, where only zeros may stand`);
  }
}

/** A header that passed every check, with what its extensions point at. */
export interface HeaderCluster {
  readonly header: Qcow2Header;
  readonly extensions: HeaderExtensions;
}

/** Reads and judges the whole header cluster, 2 MiB at most. Throws Qcow2RefusedError. */
export async function readHeaderCluster(reader: ImageReader, limits: Qcow2Limits): Promise<HeaderCluster> {
  const first = await reader.exact(0, Math.min(512, reader.sizeBytes));
  const header = parseHeader(first);
  refuseByHeader(header, limits);
  refuseByFileSize(header, reader.sizeBytes, limits);
  const cluster = await reader.range(0, header.clusterSizeBytes);
  const extensions = parseExtensions(cluster, header);
  if (extensions === undefined) return refuse('header extension', 'the file ends before the last one does');
  refuseFilledSlack(cluster, extensions.endOffset);
  return { header, extensions };
}
