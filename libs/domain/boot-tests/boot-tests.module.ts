import { Module } from '@nestjs/common';
import { Emulator } from '#platform/emulator';
import { QemuImg } from '#platform/qemu-img';
import { Sandbox } from '#platform/sandbox';
import { AuditModule } from '#domain/audit';
import { ConversionsModule } from '#domain/conversions';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { BootTestHandler } from './boot-test.handler.js';
import { BootTestRecords } from './boot-test-records.js';
import { BootTestResults } from './boot-test-results.js';
import { BootTester } from './boot-tester.js';
import { BootTestsRepository } from './boot-tests.repository.js';
import { BootTestsService } from './boot-tests.service.js';
import { LentDisks } from './lent-disks.js';

/** Needs a BlobStore, which the process provides. */
@Module({
  imports: [AuditModule, ConversionsModule, ImagesModule, OperationsModule],
  providers: [
    {
      provide: Emulator,
      inject: [Sandbox, QemuImg],
      useFactory: (sandbox: Sandbox, qemuImg: QemuImg) => new Emulator(sandbox, qemuImg),
    },
    BootTestHandler,
    BootTestRecords,
    BootTestResults,
    BootTester,
    BootTestsRepository,
    BootTestsService,
    LentDisks,
  ],
  exports: [BootTestRecords, BootTestResults, BootTester, BootTestsService],
})
export class BootTestsModule {}
