import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Config } from '#platform/config';
import { maskUrl, OutboundClient } from '#platform/outbound';
import { type NewImage, PendingImagesService } from '#domain/images';
import { OperationsService } from '#domain/operations';
import { outboundProblem } from './downloads.errors.js';

/** An image that is to be made from what another server has. */
export interface NewDownload extends Pick<NewImage, 'name' | 'tag' | 'namespace'> {
  /** http or https; may hold a user name and password. */
  readonly url: string;
  /** What the bytes must have, 64 hex digits. */
  readonly sha256?: string | undefined;
}

/** What the operation's handler is told. */
export interface DownloadInput {
  readonly url: string;
  /** The same without its password. */
  readonly source: string;
  readonly sha256?: string | undefined;
}

/** Making images from URLs: at once an entry in the catalogue, and an operation that brings its bytes. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly images: PendingImagesService,
    private readonly operations: OperationsService,
    private readonly outbound: OutboundClient,
    private readonly config: Config,
  ) {}

  /**
   * Returns the image's id; it is pending. Nothing has been asked of the other server yet.
   * @throws DomainError `invalid` (also for a URL that downloads may not reach), `forbidden`, `conflict`, `quota_exceeded`
   */
  async create(principal: AuthenticatedPrincipal, { url, sha256, ...image }: NewDownload): Promise<number> {
    this.assertAllowed(url);
    const source = maskUrl(url);
    const input: DownloadInput = { url, source, ...(sha256 !== undefined && { sha256: sha256.toLowerCase() }) };
    return this.images.create(
      principal,
      { ...image, declaredSha256: sha256 },
      {
        facts: { download_url: source },
        enqueue: (imageId) =>
          this.operations.enqueue({
            kind: 'download',
            imageId,
            authorId: principal.userId,
            input: { ...input },
            maxAttempts: this.config.operationAttempts,
          }),
      },
    );
  }

  private assertAllowed(url: string): void {
    try {
      this.outbound.checkUrl(url);
    } catch (error) {
      throw DomainError.field(
        'invalid',
        'download_url',
        `Download_url cannot be used: ${outboundProblem(error)}`,
        error,
      );
    }
  }
}
