import { Module } from '@nestjs/common';
import { AuditModule } from '#domain/audit';
import { LogArchive } from './log-archive.js';
import { LogBatches } from './log-batches.js';
import { OperationClaimsRepository } from './operation-claims.repository.js';
import { OperationFigures } from './operation-figures.repository.js';
import { OperationHandlers } from './operation-handlers.js';
import { OperationKeeper } from './operation-keeper.js';
import { OperationLogs } from './operation-logs.js';
import { OperationLogsRepository } from './operation-logs.repository.js';
import { OperationLogsService } from './operation-logs.service.js';
import { OperationMoves } from './operation-moves.js';
import { OperationRunner } from './operation-runner.js';
import { OperationsRepository } from './operations.repository.js';
import { OperationsService } from './operations.service.js';
import { OperationWatch } from './operation-watch.js';
import { OperationWorker } from './operation-worker.js';

/** Needs a BlobStore, which the process provides. */
@Module({
  imports: [AuditModule],
  providers: [
    LogArchive,
    LogBatches,
    OperationClaimsRepository,
    OperationFigures,
    OperationHandlers,
    OperationKeeper,
    OperationLogs,
    OperationLogsRepository,
    OperationLogsService,
    OperationMoves,
    OperationRunner,
    OperationsRepository,
    OperationsService,
    OperationWatch,
    OperationWorker,
  ],
  exports: [OperationFigures, OperationHandlers, OperationLogsService, OperationsService, OperationWorker],
})
export class OperationsModule {}
