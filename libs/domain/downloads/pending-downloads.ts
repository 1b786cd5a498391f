import { Injectable } from '@nestjs/common';
import type { AuthenticatedPrincipal } from '#kernel';
import { Config } from '#platform/config';
import { maskUrl } from '#platform/outbound';
import { describeKind } from '#domain/conversions';
import { type NewImage, PendingImagesService } from '#domain/images';
import { OperationsService } from '#domain/operations';
import type { DownloadInput } from './download-input.js';
import { DownloadSourcesRepository, type NewDownloadSource } from './download-sources.repository.js';

/** An image that is to be made, where its bytes are, and what they must be. */
export interface PendingDownload
  extends Omit<NewDownloadSource, 'authorId'>, Pick<DownloadInput, 'sha256' | 'refreshOf'> {
  readonly image: NewImage;
}

/** Makes images that wait for a download: the entry, where it comes from, and the operation; all in one transaction. */
@Injectable()
export class PendingDownloads {
  constructor(
    private readonly images: PendingImagesService,
    private readonly sources: DownloadSourcesRepository,
    private readonly operations: OperationsService,
    private readonly config: Config,
  ) {}

  /** The image's id. @throws DomainError as `PendingImagesService.create` */
  create(principal: AuthenticatedPrincipal, download: PendingDownload): Promise<number> {
    const { image, url, disk, everySeconds, sha256, refreshOf } = download;
    const source = maskUrl(url);
    const input: DownloadInput = { url, source, sha256, disk, refreshOf };
    const { userId: authorId } = principal;
    return this.images.create(principal, image, {
      facts: { download_url: source, ...(disk && { converted_from: describeKind(disk) }) },
      enqueue: async (imageId) => {
        await this.sources.insert(imageId, { authorId, url, disk, everySeconds });
        const maxAttempts = this.config.operationAttempts;
        return this.operations.enqueue({ kind: 'download', imageId, authorId, input: { ...input }, maxAttempts });
      },
    });
  }
}
