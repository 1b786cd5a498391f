import { Module } from '@nestjs/common';
import { AuditPartitionsKeeper } from './audit-partitions.keeper.js';
import { AuditPartitionsRepository } from './audit-partitions.repository.js';
import { AuditRepository } from './audit.repository.js';
import { AuditService } from './audit.service.js';
import { AuditTrail } from './audit-trail.js';
import { RefusalQueue } from './refusal-queue.js';

/** Whoever changes something imports this and calls `AuditTrail.record` in the transaction of the change. */
@Module({
  providers: [
    AuditPartitionsKeeper,
    AuditPartitionsRepository,
    AuditRepository,
    AuditService,
    AuditTrail,
    RefusalQueue,
  ],
  exports: [AuditPartitionsKeeper, AuditService, AuditTrail],
})
export class AuditModule {}
