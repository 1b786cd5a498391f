import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Config } from '#platform/config';
import { QemuImg } from '#platform/qemu-img';
import { type DiskFacts, type DiskFormat, inspectDisk } from '#disk-formats';
import type { Work } from '#domain/operations';
import { assertRoom } from './free-room.js';
import { qemuFormatOf } from './disk-kind.js';

type Format = DiskFormat | 'qcow2';

/** A disk that was judged, in a file, and what it is to become. */
export interface DiskConversion {
  readonly input: { readonly path: string; readonly format: Format };
  readonly outputFormat: Format;
  /** A folder for nothing else. */
  readonly dir: string;
  /** Room that the result may need. */
  readonly neededBytes: number;
  /** Of the result, at most. */
  readonly maxBytes: number;
  /** From 0 to 100. */
  readonly onProgress: (percent: number) => void;
}

/** A file that a conversion made. */
export interface ConvertedDisk {
  readonly path: string;
  readonly sizeBytes: number;
}

/** Judges foreign disks, and converts what was judged. */
@Injectable()
export class DiskConverter {
  constructor(
    private readonly qemuImg: QemuImg,
    private readonly config: Config,
  ) {}

  /** @throws DiskRefusedError */
  async judge(path: string, format: DiskFormat): Promise<DiskFacts> {
    const file = await open(path, 'r');
    try {
      const { size: sizeBytes } = await file.stat();
      const read = async (offset: number, length: number): Promise<Buffer> => {
        const { buffer, bytesRead } = await file.read(Buffer.allocUnsafe(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      };
      return await inspectDisk(format, { sizeBytes, read }, { maxVirtualSizeBytes: this.config.maxVirtualBytes });
    } finally {
      await file.close();
    }
  }

  /** @throws as `QemuImg.convert`, StorageFullError */
  async convert({ signal }: Work, asked: DiskConversion): Promise<ConvertedDisk> {
    const { input, outputFormat, dir, neededBytes, maxBytes, onProgress } = asked;
    await assertRoom(dir, neededBytes + this.config.minFreeBytes);
    const seconds = this.config.conversionTimeoutSeconds;
    const path = join(dir, 'disk');
    const conversion = {
      inputPath: input.path,
      inputFormat: qemuFormatOf(input.format),
      outputPath: path,
      outputFormat: qemuFormatOf(outputFormat),
      limits: { cpuSeconds: seconds, wallMs: seconds * 1000, fileBytes: maxBytes },
      signal,
      onProgress,
    };
    await this.qemuImg.convert(conversion);
    return { path, sizeBytes: (await stat(path)).size };
  }
}
