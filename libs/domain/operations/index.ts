export { LogBatch } from './log-batch.js';
export type { LogEvent, LogQuery } from './log-events.js';
export type { LogLine } from './log-line.js';
export {
  type MakingView,
  OPERATION_KINDS,
  OPERATION_QUEUES,
  OPERATION_STATUSES,
  type OperationStatus,
  type OperationView,
} from './operation.js';
export { type FinishedWork, OperationFigures, type UnfinishedWork } from './operation-figures.repository.js';
export { OperationHandler, OperationHandlers } from './operation-handlers.js';
export { OperationKeeper } from './operation-keeper.js';
export { OperationLogs } from './operation-logs.js';
export { OperationMoves } from './operation-moves.js';
export { OperationLogsService } from './operation-logs.service.js';
export { OperationsModule } from './operations.module.js';
export { RetryableError } from './operations.errors.js';
export type { OperationQuery, OperationSlice } from './operations.repository.js';
export { OperationsService } from './operations.service.js';
export { OperationWorker } from './operation-worker.js';
export type { Work } from './work.js';
