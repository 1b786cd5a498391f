import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { type BootReport, Emulator } from '#platform/emulator';
import type { Work } from '#domain/operations';
import type { BootTestOptions } from './boot-test.js';
import { fromEmulator } from './boot-tests.errors.js';

/** A disk that is to be booted, in an operation. */
export interface TestedDisk {
  /** Absolute path of a QCOW2 disk that was admitted, or made here. It is only read. */
  readonly path: string;
  /** Absolute path of a folder; a new one is made in it, which holds what is to be kept. */
  readonly dir: string;
  readonly options: BootTestOptions;
}

/** How it went. A disk that does not boot is an answer: what its console printed is worth keeping then, above all. */
export type BootTestResult = BootReport;

/** Boots disks, for those who have one in their hands. */
@Injectable()
export class BootTester {
  private isProven = false;

  constructor(
    private readonly emulator: Emulator,
    private readonly config: Config,
  ) {}

  /** Whether this machine can boot disks. Where programs cannot be confined, it cannot. */
  async isAvailable(): Promise<boolean> {
    return this.assertAvailable().then(
      () => true,
      () => false,
    );
  }

  /** Nothing is asked where other processes do the work: they are the ones to have it. @throws DomainError `unavailable` */
  async assertOffered(): Promise<void> {
    if (this.config.workerConcurrency > 0) await this.assertAvailable();
  }

  /** What was found once stays found. @throws DomainError `unavailable` that names what is missing */
  private async assertAvailable(): Promise<void> {
    if (this.isProven) return;
    try {
      this.isProven = await this.emulator.isAvailable();
    } catch (error) {
      throw fromEmulator(error);
    }
    if (!this.isProven) throw NO_EMULATOR();
  }

  /**
   * Boots a disk; what its console prints is in the operation's log.
   * @throws DomainError where it could not be tried, with a reason for people
   */
  async test(work: Work, { path, dir, options }: TestedDisk): Promise<BootTestResult> {
    const { bootTestTimeoutSeconds, bootTestMemoryBytes, bootTestDiskBytes } = this.config;
    const { timeoutSeconds = bootTestTimeoutSeconds, memoryBytes = bootTestMemoryBytes } = options;
    const folder = join(dir, 'boot-test');
    await mkdir(folder);
    work.log.write(`Booting it without network, with ${memoryBytes} bytes of memory, for ${timeoutSeconds} s at most`);
    try {
      const report = await this.emulator.boot({
        diskPath: path,
        dir: folder,
        firmware: options.firmware ?? 'auto',
        diskBus: options.diskBus ?? 'virtio',
        memoryBytes,
        timeoutMs: timeoutSeconds * 1000,
        maxWrittenBytes: bootTestDiskBytes,
        marker: options.marker,
        signal: work.signal,
        onLines: async (lines) => {
          work.log.write(lines.join('\n'), 'stdout');
          await work.log.drained();
        },
      });
      if (report.passed)
        work.log.write(`It boots: ${WORDS[report.endedBy] ?? report.endedBy} after ${report.seconds} s`);
      return report;
    } catch (error) {
      throw fromEmulator(error);
    }
  }
}

const WORDS: Partial<Readonly<Record<BootReport['endedBy'], string>>> = {
  marker: 'the marker came',
  login: 'a login prompt came',
  'power-off': 'it powered off',
};

const NO_EMULATOR = (): DomainError =>
  new DomainError('unavailable', 'Disks cannot be booted here: install the package qemu-system-x86 (Debian, Ubuntu)');
