import { isUtf8 } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import type { Entry } from 'yauzl';
import type { Archive, ArchiveEntry } from '../archive-entry.js';
import { refuse } from '../build-context.errors.js';
import { readData } from './zip-data.js';
import { describeEntry } from './zip-entry.js';
import { OpenZip } from './zip-file.js';
import { ZipLayout } from './zip-layout.js';

/** A zip archive in a file. APPNOTE.TXT 6.3.10, in one piece, stored or deflated. */
export class ZipArchive implements Archive {
  /** @param maxEntries what the directory may list */
  constructor(
    private readonly path: string,
    private readonly maxEntries: number,
  ) {}

  async *entries(): AsyncGenerator<ArchiveEntry, void, undefined> {
    const open = await OpenZip.open(this.path);
    try {
      if (open.zip.entryCount > this.maxEntries) refuse(null, `has more than ${this.maxEntries} entries`);
      const layout = new ZipLayout(open);
      for await (const entry of open.directory()) {
        const described = await readEntry(open, entry);
        await layout.add(entry, described.name);
        yield described;
      }
      layout.assertNoOverlap();
    } finally {
      await open.close();
    }
  }
}

async function readEntry({ zip }: OpenZip, entry: Entry): Promise<ArchiveEntry> {
  const described = describeEntry(entry);
  const { name, kind } = described;
  const read = (): AsyncIterable<Buffer> => readData(zip, entry, name);
  return { ...described, read, target: kind === 'symlink' ? await readTarget(name, read()) : '' };
}

/** The content of a symbolic link is where it leads. */
async function readTarget(name: string, bytes: AsyncIterable<Buffer>): Promise<string> {
  const target = await buffer(bytes);
  if (!isUtf8(target)) refuse(name, 'is a symbolic link to a path that is not UTF-8');
  return target.toString();
}
