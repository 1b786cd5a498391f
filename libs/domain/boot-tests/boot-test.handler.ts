import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { OperationHandler, OperationHandlers, type Work } from '#domain/operations';
import type { BootTestOptions } from './boot-test.js';
import { BootTestRecords } from './boot-test-records.js';
import { BootTester } from './boot-tester.js';
import { fromEmulator } from './boot-tests.errors.js';
import { LentDisks } from './lent-disks.js';

/** Boots an image, and keeps what came of it. The operation succeeds where the image boots. */
@Injectable()
export class BootTestHandler extends OperationHandler implements OnModuleInit {
  readonly kind = 'boot-test';

  constructor(
    private readonly handlers: OperationHandlers,
    private readonly disks: LentDisks,
    private readonly tester: BootTester,
    private readonly records: BootTestRecords,
    private readonly config: Config,
  ) {
    super();
  }

  override get concurrency(): number {
    return this.config.bootTestConcurrency;
  }

  onModuleInit(): void {
    this.handlers.register(this);
  }

  async run(work: Work): Promise<void> {
    try {
      await this.disks.during(work.operation, (disk) => this.test(work, disk));
    } catch (error) {
      throw fromEmulator(error);
    }
  }

  /** The image is as it was, whatever becomes of this. */
  moved(): Promise<void> {
    return Promise.resolve();
  }

  private async test(work: Work, disk: { readonly path: string; readonly dir: string }): Promise<void> {
    const { id: operationId, imageId, input } = work.operation;
    const options = input as BootTestOptions; // as BootTestsService wrote it
    const result = await this.tester.test(work, { ...disk, options });
    const image = { imageId, operationId };
    if (result.reason === null) return this.records.keep(image, result, (register) => work.succeed(register));
    work.signal.throwIfAborted();
    await this.records.keepFailed(image, result);
    throw new DomainError('invalid_state', result.reason);
  }
}
