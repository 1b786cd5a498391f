import { Injectable } from '@nestjs/common';
import { type ArtefactKind, ImageArtefactsService, type PreparedArtefact } from '#domain/images';
import type { BootTestResult } from './boot-tester.js';
import { BootTestsRepository } from './boot-tests.repository.js';

/** Whose test it was. */
export interface TestedImage {
  readonly imageId: number;
  readonly operationId: number;
}

/** Keeps what came of boot tests: the result, what the console printed, and the last screen; together, or not at all. */
@Injectable()
export class BootTestRecords {
  constructor(
    private readonly tests: BootTestsRepository,
    private readonly artefacts: ImageArtefactsService,
  ) {}

  /**
   * Makes the files durable, then calls `commit` with what is to be done inside the transaction that ends the work, last of
   * all. Whatever comes of it, no file is left that nobody knows.
   * @throws DomainError `not_found` where the image is gone, `storage_full`, `storage_unavailable`; whatever `commit` throws
   */
  async keep(
    { imageId, operationId }: TestedImage,
    result: BootTestResult,
    commit: (register: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    const { passed, endedBy, reason, seconds, firmware, consolePath, screenPath } = result;
    const prepared: PreparedArtefact[] = [];
    const prepare = async (kind: ArtefactKind, path: string): Promise<void> => {
      prepared.push(await this.artefacts.prepare(imageId, kind, path));
    };
    try {
      await prepare('console', consolePath);
      if (screenPath !== null) await prepare('screen', screenPath);
      await commit(async () => {
        const outcome = passed ? 'passed' : 'failed';
        await this.tests.save(imageId, { operationId, outcome, endedBy, reason, seconds, firmware });
        for (const artefact of prepared) await artefact.register();
      });
    } finally {
      for (const artefact of prepared) await artefact.abort();
    }
  }

  /** As `keep`, in a transaction of its own: of a test that failed, whose operation ends without a result. */
  keepFailed(image: TestedImage, result: BootTestResult): Promise<void> {
    return this.keep(image, result, (register) => this.tests.transaction(register));
  }
}
