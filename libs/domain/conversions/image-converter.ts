import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { Decompressor } from '#platform/decompression';
import type { DiskFormat } from '#disk-formats';
import { type ImageBytes, ImageFillingService } from '#domain/images';
import type { Work } from '#domain/operations';
import type { ConversionProgress } from './conversion-progress.js';
import { fromConversion } from './conversions.errors.js';
import { type ConvertedDisk, DiskConverter } from './disk-converter.js';
import type { DiskKind } from './disk-kind.js';
import { Scratch } from './scratch.js';
import { writeSparse } from './sparse-file.js';

/** Deflate, as in VMDK, makes at most so many bytes of one. */
const MOST_PACKED = 1032;

/** Bytes that an image is to be made of. */
export interface SentBytes {
  /** They are read once. */
  read(): Promise<ImageBytes>;
  /** Makes them a local file without reading them, where that can be; else they are read. */
  readonly lend?: (path: string) => Promise<void>;
}

/** How an image comes to its bytes. */
export interface ImageConversion {
  readonly kind: DiskKind;
  readonly bytes: SentBytes;
  readonly progress: ConversionProgress;
  /** Runs `register` in the transaction that ends the operation. */
  readonly succeed: (register: () => Promise<void>) => Promise<void>;
}

/** Makes images of foreign disks: unpacks, judges and converts them, and has the result admitted like any push. */
@Injectable()
export class ImageConverter {
  constructor(
    private readonly decompressor: Decompressor,
    private readonly disks: DiskConverter,
    private readonly scratch: Scratch,
    private readonly filling: ImageFillingService,
    private readonly config: Config,
  ) {}

  /**
   * Does all of it, for an operation on a pending image. Leaves no file.
   * @throws DomainError with a reason for people, RetryableError, and whatever `succeed` and the bytes throw
   */
  async run(work: Work, conversion: ImageConversion): Promise<void> {
    const { kind, bytes } = conversion;
    try {
      if (kind.format === 'qcow2') {
        const packed = await bytes.read();
        await this.fill(work, conversion, { body: () => this.unpacked(work, kind, packed) });
      } else await this.convert(work, conversion, kind.format);
    } catch (error) {
      throw fromConversion(error);
    }
  }

  private convert(work: Work, conversion: ImageConversion, format: DiskFormat): Promise<void> {
    return this.scratch.during(work.operation.id, async (folder) => {
      const path = join(folder, 'disk');
      await this.bring(work, conversion, path);
      const { variant, virtualSizeBytes, allocatedBytes } = await this.disks.judge(path, format);
      work.log.write(`It is a disk of ${format} (${variant}) of ${virtualSizeBytes} bytes; converting it to qcow2`);
      const dir = join(folder, 'result');
      await mkdir(dir);
      const file = await this.disks.convert(work, {
        input: { path, format },
        outputFormat: 'qcow2',
        dir,
        neededBytes: Math.min(allocatedBytes, MOST_PACKED * (await bytesOnDisk(path))),
        maxBytes: this.config.maxImageBytes,
        onProgress: (percent) => conversion.progress.converted(percent),
      });
      await this.fill(work, conversion, { file });
    });
  }

  /** Into a local file. */
  private async bring(work: Work, { kind, bytes, progress }: ImageConversion, path: string): Promise<void> {
    if (kind.compression === undefined && bytes.lend) {
      progress.skipRead();
      return bytes.lend(path);
    }
    const sizeBytes = await writeSparse(path, this.unpacked(work, kind, await bytes.read()), this.config.minFreeBytes);
    if (kind.compression) work.log.write(`Unpacked, it has ${sizeBytes} bytes`);
  }

  private async *unpacked(work: Work, { compression }: DiskKind, bytes: ImageBytes): AsyncGenerator<Buffer> {
    const { maxImageBytes: maxBytes } = this.config;
    if (compression) work.log.write(`Unpacking ${compression}`);
    const pieces = compression ? this.decompressor.decompress(compression, bytes, { maxBytes }) : bytes;
    for await (const piece of pieces) {
      work.signal.throwIfAborted();
      yield piece;
    }
  }

  private fill(
    { operation, log }: Work,
    { succeed }: ImageConversion,
    bytes: { readonly file: ConvertedDisk } | { readonly body: () => ImageBytes },
  ): Promise<void> {
    return this.filling.fill(operation.imageId, {
      ...bytes,
      commit: async (register, { sizeBytes, sha256 }) => {
        log.write(`It is a QCOW2 image of ${sizeBytes} bytes with SHA-256 ${sha256} that may stay`);
        await succeed(register);
      },
    });
  }
}

/** What a file takes: a raw disk may be mostly holes. */
async function bytesOnDisk(path: string): Promise<number> {
  return (await stat(path)).blocks * 512;
}
