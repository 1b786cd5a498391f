import type { Examination } from './examination.js';
import {
  HEAD_BYTES,
  isIsoRootDirectory,
  isoRootDirectoryOffset,
  refuseForeignHead,
  refuseForeignTail,
  refuseIso,
  TAIL_BYTES,
} from './polyglot.js';

/**
 * Tells guest bytes from all others at the file's head and tail. Made after the tables have claimed their clusters and
 * before the guest's are, it remembers which few clusters there are tables.
 */
export class Ownership {
  private readonly tables = new Set<number>();

  constructor(private readonly examination: Examination) {
    const { sizeBytes } = examination.reader;
    this.remember(0, HEAD_BYTES);
    this.remember(Math.max(0, sizeBytes - TAIL_BYTES), sizeBytes);
  }

  private remember(from: number, to: number): void {
    const { map } = this.examination;
    const last = Math.min(map.clusterCount, Math.ceil(to / map.clusterSizeBytes));
    for (let cluster = Math.floor(from / map.clusterSizeBytes); cluster < last; cluster += 1) {
      if (map.isUsed(cluster)) this.tables.add(cluster);
    }
  }

  /** Whether guest clusters hold the whole range, which must lie in the head or the tail. */
  isGuest(offset: number, length: number): boolean {
    const { map } = this.examination;
    const last = Math.floor((offset + length - 1) / map.clusterSizeBytes);
    for (let cluster = Math.floor(offset / map.clusterSizeBytes); cluster <= last; cluster += 1) {
      if (!map.isUsed(cluster) || this.tables.has(cluster)) return false;
    }
    return true;
  }
}

/** Refuses a file that is of another format as well; all clusters must have been claimed. Throws Qcow2RefusedError. */
export async function refusePolyglot({ reader }: Examination, ownership: Ownership): Promise<void> {
  const isGuest = ownership.isGuest.bind(ownership);
  const head = await reader.range(0, Math.min(HEAD_BYTES, reader.sizeBytes));
  refuseForeignHead(head, isGuest);
  const rootOffset = isoRootDirectoryOffset(head);
  if (rootOffset !== undefined && rootOffset + 34 <= reader.sizeBytes) {
    if (isIsoRootDirectory(await reader.exact(rootOffset, 34), rootOffset)) refuseIso();
  }
  const tailLength = Math.min(TAIL_BYTES, reader.sizeBytes);
  const tail = await reader.range(reader.sizeBytes - tailLength, tailLength);
  refuseForeignTail(tail, reader.sizeBytes, isGuest);
}
