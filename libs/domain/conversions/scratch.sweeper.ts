import { Injectable } from '@nestjs/common';
import { HourlyWork } from '#platform/jobs';
import { OperationsService } from '#domain/operations';
import { Scratch } from './scratch.js';

/** Removes the folders of attempts whose process died: at start and every hour. */
@Injectable()
export class ScratchSweeper {
  constructor(
    private readonly scratch: Scratch,
    private readonly operations: OperationsService,
    hourly: HourlyWork,
  ) {
    hourly.add('remove folders of lost work', () => this.sweep());
  }

  /** The folders first: one that is made later belongs to work that is not asked about. */
  private async sweep(): Promise<void> {
    const folders = await this.scratch.list();
    const atWork = await this.operations.findAtWork(folders.map(({ operationId }) => operationId));
    for (const folder of folders) if (!atWork.has(folder.operationId)) await this.scratch.remove(folder);
  }
}
