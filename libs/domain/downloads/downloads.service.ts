import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, DomainError, FieldProblems } from '#kernel';
import { OutboundClient } from '#platform/outbound';
import { ConversionTools, type DiskKind } from '#domain/conversions';
import { checkRefreshInterval, type NewImage, parseRefreshInterval } from '#domain/images';
import { outboundProblem } from './downloads.errors.js';
import { PendingDownloads } from './pending-downloads.js';

/** An image that is to be made from what another server has. */
export interface NewDownload extends Pick<NewImage, 'name' | 'tag' | 'namespace'> {
  /** http or https; may hold a user name and password. */
  readonly url: string;
  /** What the bytes must have, as they come; 64 hex digits. */
  readonly sha256?: string | undefined;
  /** What they are; undefined for QCOW2 as it is. */
  readonly disk?: DiskKind | undefined;
  /** How often to look whether there are new ones, such as `24h`; undefined for never. */
  readonly refresh?: string | undefined;
}

/** Making images from URLs: at once an entry in the catalogue, and an operation that brings its bytes. */
@Injectable()
export class DownloadsService {
  constructor(
    private readonly downloads: PendingDownloads,
    private readonly outbound: OutboundClient,
    private readonly tools: ConversionTools,
  ) {}

  /**
   * Returns the image's id; it is pending. Nothing has been asked of the other server yet.
   * @throws DomainError `invalid` (also for a URL that downloads may not reach), `forbidden`, `conflict`, `quota_exceeded`,
   *   `unavailable` where this server cannot convert it
   */
  async create(principal: AuthenticatedPrincipal, download: NewDownload): Promise<number> {
    const { url, sha256, disk, refresh, ...image } = download;
    this.assertAllowed(url);
    const everySeconds = refresh === undefined ? undefined : readInterval(refresh);
    if (disk) await this.tools.assertAvailable(disk);
    return this.downloads.create(principal, {
      image: { ...image, declaredSha256: sha256 },
      url,
      sha256: sha256?.toLowerCase(),
      disk,
      everySeconds,
    });
  }

  private assertAllowed(url: string): void {
    try {
      this.outbound.checkUrl(url);
    } catch (error) {
      throw DomainError.field('invalid', 'download_url', outboundProblem(error), error);
    }
  }
}

function readInterval(text: string): number | undefined {
  const problems = new FieldProblems();
  checkRefreshInterval(problems, text);
  problems.throwIfAny();
  return parseRefreshInterval(text);
}
