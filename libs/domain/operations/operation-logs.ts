import { Injectable, Logger } from '@nestjs/common';
import { Config } from '#platform/config';
import { LogArchive } from './log-archive.js';
import { LogWriter } from './log-writer.js';
import { OperationLogsRepository } from './operation-logs.repository.js';

/** The logs of operations, for whoever works on them. */
@Injectable()
export class OperationLogs {
  private readonly logger = new Logger(OperationLogs.name);

  constructor(
    private readonly logs: OperationLogsRepository,
    private readonly archiver: LogArchive,
    private readonly config: Config,
  ) {}

  /** Goes on where the log ends. To be closed. */
  open(operationId: number): LogWriter {
    return new LogWriter(operationId, this.logs, this.logger, this.config.operationLogBytes);
  }

  /** Moves the log of an ended operation into the store; nothing where it has not ended. Never throws. */
  archive(operationId: number): Promise<void> {
    return this.archiver.archive(operationId);
  }
}
