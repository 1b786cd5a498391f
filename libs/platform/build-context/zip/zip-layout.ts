import type { Entry } from 'yauzl';
import { printable, refuse } from '../build-context.errors.js';
import { explain, type OpenZip } from './zip-file.js';

/** The sizes follow the data (APPNOTE.TXT 4.4.4). */
const DESCRIPTOR_FLAG = 0x8;
/** The sizes are in an extra field (4.5.3). */
const ZIP64 = 0xffffffff;

interface Range {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

/**
 * Where the data of all entries lies. A few kilobytes that many entries share would unpack to as much as one likes, and a
 * header that says something other than the directory is there to make readers disagree.
 */
export class ZipLayout {
  private readonly ranges: Range[] = [];

  constructor(private readonly open: OpenZip) {}

  /** @throws BuildContextRefusedError, system errors */
  async add(entry: Entry, name: string): Promise<void> {
    const header = await this.open.zip.readLocalFileHeaderPromise(entry).catch((error: unknown) => {
      throw explain(name, error);
    });
    const { compressedSize, uncompressedSize, compressionMethod } = entry;
    const agrees = (said: number, size: number): boolean =>
      said === size || said === ZIP64 || (header.generalPurposeBitFlag & DESCRIPTOR_FLAG) !== 0;
    const isSame =
      header.fileName.equals(entry.fileNameRaw) &&
      header.compressionMethod === compressionMethod &&
      agrees(header.compressedSize, compressedSize) &&
      agrees(header.uncompressedSize, uncompressedSize);
    if (!isSame) refuse(name, 'has a header that says something other than the directory of the archive');
    const end = header.fileDataStart + compressedSize;
    if (end > this.open.directoryOffset) refuse(name, 'has data that reaches into the directory of the archive');
    this.ranges.push({ name, start: entry.relativeOffsetOfLocalHeader, end });
  }

  /** @throws BuildContextRefusedError */
  assertNoOverlap(): void {
    const sorted = this.ranges.toSorted((one, other) => one.start - other.start);
    for (const [index, range] of sorted.entries()) {
      const next = sorted[index + 1];
      if (next && next.start < range.end) refuse(next.name, `overlaps the data of ${printable(range.name)}`);
    }
  }
}
