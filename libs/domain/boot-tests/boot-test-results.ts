import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import type { Principal } from '#kernel';
import { type ArtefactKind, ImageArtefactsService, type ImageReference, ImagesService } from '#domain/images';
import type { BootTest } from './boot-test.js';
import { neverTested } from './boot-tests.errors.js';
import { BootTestsRepository } from './boot-tests.repository.js';

/** What a test kept, to be sent. */
export interface BootTestFile {
  readonly sizeBytes: number;
  readonly open: () => Promise<Readable>;
}

/** The last boot tests of images, for whoever may read the image. */
@Injectable()
export class BootTestResults {
  constructor(
    private readonly images: ImagesService,
    private readonly tests: BootTestsRepository,
    private readonly artefacts: ImageArtefactsService,
  ) {}

  /** @throws DomainError `not_found`, also where the image was never tested */
  async get(
    principal: Principal,
    reference: ImageReference | undefined,
  ): Promise<{ readonly imageId: number; readonly test: BootTest }> {
    const { id: imageId } = await this.images.get(principal, reference);
    const test = await this.tests.find(imageId);
    if (!test) throw neverTested();
    return { imageId, test };
  }

  /** @throws DomainError `not_found`, also where there is none */
  async getFile(
    principal: Principal,
    reference: ImageReference | undefined,
    kind: Extract<ArtefactKind, 'console' | 'screen'>,
  ): Promise<BootTestFile> {
    const { id } = await this.images.get(principal, reference);
    const artefact = await this.artefacts.find(id, kind);
    if (!artefact) throw neverTested();
    return { sizeBytes: artefact.sizeBytes, open: () => this.artefacts.open(artefact) };
  }
}
