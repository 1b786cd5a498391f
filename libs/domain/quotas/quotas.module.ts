import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { Quota } from './quota.entity.js';
import { QuotaLedger } from './quota-ledger.js';
import { QuotaLedgerRepository } from './quota-ledger.repository.js';
import { QuotaReconciler } from './quota-reconciler.js';
import { QuotasRepository } from './quotas.repository.js';
import { QuotasService } from './quotas.service.js';

@Module({
  imports: [AuditModule, TypeOrmModule.forFeature([Quota])],
  providers: [QuotaLedger, QuotaLedgerRepository, QuotaReconciler, QuotasRepository, QuotasService],
  exports: [QuotaLedger, QuotaReconciler, QuotasService],
})
export class QuotasModule {}
