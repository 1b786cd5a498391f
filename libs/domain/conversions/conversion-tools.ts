import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { Decompressor } from '#platform/decompression';
import { QemuImg, QemuImgMissingError } from '#platform/qemu-img';
import { isMissing } from './conversions.errors.js';
import type { DiskKind } from './disk-kind.js';

/** Whether this machine has what conversions need. What was found once stays found. */
@Injectable()
export class ConversionTools {
  private readonly found = new Set<string>();

  constructor(
    private readonly qemuImg: QemuImg,
    private readonly decompressor: Decompressor,
    private readonly config: Config,
  ) {}

  /**
   * Nothing is asked where other processes do the work: they are the ones to have it.
   * @throws DomainError `unavailable` naming the package that is missing
   */
  async assertAvailable({ format, compression }: DiskKind): Promise<void> {
    if (this.config.workerConcurrency === 0) return;
    try {
      if (format !== 'qcow2') await this.once('qemu-img', () => this.assertQemuImg());
      if (compression) await this.once(compression, () => this.decompressor.assertAvailable(compression));
    } catch (error) {
      throw isMissing(error) ? new DomainError('unavailable', error.message, { cause: error }) : error;
    }
  }

  private async once(name: string, assert: () => Promise<void>): Promise<void> {
    if (this.found.has(name)) return;
    await assert();
    this.found.add(name);
  }

  private async assertQemuImg(): Promise<void> {
    if (!(await this.qemuImg.isAvailable())) throw new QemuImgMissingError();
  }
}
