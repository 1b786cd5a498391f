import { type FileHandle, open } from 'node:fs/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { BuildContextRefusedError, refuse } from '../build-context.errors.js';

const END_MARKS: readonly number[] = [0x06054b50, 0x06064b50];
const OPTIONS = { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: false };

/** A zip archive of one reading: its directory, which lies at its end, entry by entry. */
export class OpenZip {
  private constructor(
    private readonly file: FileHandle,
    readonly zip: ZipFile,
    /** Where the directory begins: all data lies before it. */
    readonly directoryOffset: number,
  ) {}

  /** @throws BuildContextRefusedError, system errors */
  static async open(path: string): Promise<OpenZip> {
    const file = await open(path, 'r');
    try {
      const zip = await yauzl.fromFdPromise(file.fd, OPTIONS);
      // Errors outside of a reading have nobody to tell.
      zip.on('error', () => undefined);
      return new OpenZip(file, zip, cursorOf(zip));
    } catch (error) {
      await file.close();
      throw explain(null, error);
    }
  }

  /** What the directory lists, which must be all that is in it. @throws BuildContextRefusedError, system errors */
  async *directory(): AsyncGenerator<Entry, void, undefined> {
    const entries = this.zip.eachEntry();
    for (;;) {
      const next = await entries.next().catch((error: unknown) => {
        throw explain(null, error);
      });
      if (next.done === true) break;
      yield next.value;
    }
    const mark = Buffer.alloc(4);
    await this.file.read(mark, 0, mark.length, cursorOf(this.zip));
    if (!END_MARKS.includes(mark.readUInt32LE(0))) refuse(null, 'lists fewer entries than it has');
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

/** What the reader says, in place of it. Errors of the system are passed on. */
export function explain(name: string | null, error: unknown): unknown {
  // What yauzl, zlib and the file system throw are errors.
  const { message, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof BuildContextRefusedError || syscall !== undefined) return error;
  return new BuildContextRefusedError(name, `is damaged (${message.replace(/\.$/, '')})`, { cause: error });
}

/** The types have it as a boolean. */
function cursorOf(zip: ZipFile): number {
  return Number(zip.readEntryCursor);
}
