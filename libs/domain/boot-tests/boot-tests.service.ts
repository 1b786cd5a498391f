import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { AuditTrail } from '#domain/audit';
import { imageFacts, type ImageReference, ImagesService, referenceOf } from '#domain/images';
import { OperationsService, type OperationView } from '#domain/operations';
import { may } from '#domain/permissions';
import type { BootTestOptions } from './boot-test.js';
import { BootTester } from './boot-tester.js';
import { mayNotTest } from './boot-tests.errors.js';
import { BootTestsRepository } from './boot-tests.repository.js';

/** What a lost worker may cost; a disk that does not boot is not tried again. */
const ATTEMPTS = 3;

/** Boot tests of images that are there. */
@Injectable()
export class BootTestsService {
  constructor(
    private readonly images: ImagesService,
    private readonly tests: BootTestsRepository,
    private readonly operations: OperationsService,
    private readonly tester: BootTester,
    private readonly audit: AuditTrail,
  ) {}

  /**
   * Has an image booted. Whoever asks while that waits or is under way gets the same operation, with the first one's options.
   * @throws DomainError `not_found`, also where the image has no bytes yet, `forbidden`, `unavailable` where this server
   *   cannot boot it
   */
  async start(
    principal: AuthenticatedPrincipal,
    reference: ImageReference | undefined,
    options: BootTestOptions,
  ): Promise<OperationView> {
    const image = await this.images.getReadable(principal, reference);
    if (!may(principal, 'image:write', imageFacts(image))) throw mayNotTest();
    await this.tester.assertOffered();
    const id = await this.audit.transaction(async () => {
      await this.tests.lockImage(image.id);
      const found = await this.tests.findOperation(image.id);
      if (found !== undefined) return found;
      const target = { kind: 'image', id: image.id, name: referenceOf(image) };
      await this.audit.record(principal, { action: 'image.boot-test', target, after: { ...options } });
      return this.operations.enqueue({
        kind: 'boot-test',
        imageId: image.id,
        authorId: principal.userId,
        input: { ...options },
        maxAttempts: ATTEMPTS,
      });
    });
    return this.operations.get(principal, id);
  }
}
