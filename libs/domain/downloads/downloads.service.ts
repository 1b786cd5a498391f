import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError } from '#kernel';
import { Config } from '#platform/config';
import { maskUrl, OutboundClient } from '#platform/outbound';
import { ConversionTools, describeKind, type DiskKind } from '#domain/conversions';
import { type NewImage, PendingImagesService } from '#domain/images';
import { OperationsService } from '#domain/operations';
import { outboundProblem } from './downloads.errors.js';

/** An image that is to be made from what another server has. */
export interface NewDownload extends Pick<NewImage, 'name' | 'tag' | 'namespace'> {
  /** http or https; may hold a user name and password. */
  readonly url: string;
  /** What the bytes must have, as they come; 64 hex digits. */
  readonly sha256?: string | undefined;
  /** What they are; undefined for QCOW2 as it is. */
  readonly disk?: DiskKind | undefined;
}

/** What the operation's handler is told. */
export interface DownloadInput {
  readonly url: string;
  /** The same without its password. */
  readonly source: string;
  readonly sha256?: string | undefined;
  readonly disk?: DiskKind | undefined;
}

/** Making images from URLs: at once an entry in the catalogue, and an operation that brings its bytes. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly images: PendingImagesService,
    private readonly operations: OperationsService,
    private readonly outbound: OutboundClient,
    private readonly tools: ConversionTools,
    private readonly config: Config,
  ) {}

  /**
   * Returns the image's id; it is pending. Nothing has been asked of the other server yet.
   * @throws DomainError `invalid` (also for a URL that downloads may not reach), `forbidden`, `conflict`, `quota_exceeded`,
   *   `unavailable` where this server cannot convert it
   */
  async create(principal: AuthenticatedPrincipal, { url, sha256, disk, ...image }: NewDownload): Promise<number> {
    this.assertAllowed(url);
    if (disk) await this.tools.assertAvailable(disk);
    const source = maskUrl(url);
    const input: DownloadInput = { url, source, sha256: sha256?.toLowerCase(), disk };
    return this.images.create(
      principal,
      { ...image, declaredSha256: sha256 },
      {
        facts: { download_url: source, ...(disk && { converted_from: describeKind(disk) }) },
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
      throw DomainError.field('invalid', 'download_url', outboundProblem(error), error);
    }
  }
}
