import { open, stat } from 'node:fs/promises';
import { type CompressionKind, type Decompressor, findCompression } from '#platform/decompression';
import type { Archive } from './archive-entry.js';
import { refuse } from './build-context.errors.js';
import { cleanTar } from './clean-tar.js';
import type { ContextLimits } from './context-limits.js';
import { type ContextFacts, survey } from './context-survey.js';
import { TarArchive } from './tar/tar-archive.js';
import { BLOCK_BYTES, isHeader, isZero } from './tar/tar-header.js';
import { ZipArchive } from './zip/zip-archive.js';

/** A context that may be built with. */
export interface BuildContext {
  readonly format: 'zip' | 'tar';
  /** What a tar archive is packed in; undefined for nothing. */
  readonly compression: CompressionKind | undefined;
  readonly facts: ContextFacts;
  /**
   * The context as a tar archive that may be trusted: `tar -x` leaves nothing outside of the folder it is run in. Owners are
   * root; modes, whole seconds and names are as sent. The file must still be there, and the same.
   * @throws BuildContextRefusedError in place of the end, where the content of a file is damaged: what came before is no context
   */
  tar(): AsyncGenerator<Buffer, void, undefined>;
}

/** A local file begins a zip archive, or its end does where it is empty (APPNOTE.TXT 4.3.7, 4.3.16). */
const ZIP_MARKS: readonly number[] = [0x04034b50, 0x06054b50];

/** Reads what people send to build with: archives of strangers. */
export class BuildContexts {
  constructor(private readonly decompressor: Decompressor) {}

  /**
   * Judges an archive, whose kind is told by its first bytes: zip, or tar, plain or packed in gzip, xz, zstd or bzip2.
   * @param path of a local file that nobody changes meanwhile
   * @throws BuildContextRefusedError; DecompressorMissingError, and as the sandbox does; system errors of the file
   */
  async open(path: string, limits: ContextLimits): Promise<BuildContext> {
    const { size: packedBytes } = await stat(path);
    const head = await readHead(path);
    if (head.length === 0) refuse(null, 'is empty');
    const compression = findCompression(head);
    const format = head.length >= 4 && ZIP_MARKS.includes(head.readUInt32LE(0)) ? 'zip' : 'tar';
    if (format === 'tar' && !compression) assertTar(head);
    const archive = this.archive(path, limits, format, compression);
    const { tree, facts } = await survey(archive, packedBytes, limits);
    return { format, compression, facts, tar: () => cleanTar(archive, tree) };
  }

  private archive(
    path: string,
    limits: ContextLimits,
    format: 'zip' | 'tar',
    kind: CompressionKind | undefined,
  ): Archive {
    if (format === 'zip') return new ZipArchive(path, limits.maxEntries);
    return new TarArchive(path, limits, kind && { kind, decompressor: this.decompressor });
  }
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(BLOCK_BYTES), 0, BLOCK_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function assertTar(head: Buffer): void {
  const isTar = isHeader(head) || (head.length === BLOCK_BYTES && isZero(head));
  if (!isTar) refuse(null, 'is neither zip nor tar (plain, or packed in gzip, xz, zstd or bzip2)');
}
