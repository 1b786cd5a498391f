import { Injectable } from '@nestjs/common';
import { DomainError } from '#kernel';
import { Database } from '#platform/database';
import { type Arrival, type LockedQuota, type Place, QuotaLedgerRepository } from './quota-ledger.repository.js';
import type { Holdings, Standing } from './quota-view.js';
import { excess } from './quotas.errors.js';

/** How many bytes a push wants reserved: those it cannot do without, and those it would be glad of. */
export interface Wish {
  readonly neededBytes: number;
  readonly wantedBytes: number;
}

/**
 * Keeps every account and tree within its quota, whatever happens at once. Usage is counted from the rows of images,
 * reservations from those of uploads, under a lock on the quotas concerned; where there is none, nothing is locked.
 *
 * Quotas are the last thing a transaction locks, by id: whoever holds them waits for nobody who waits for them.
 */
@Injectable()
export class QuotaLedger {
  constructor(
    private readonly entries: QuotaLedgerRepository,
    private readonly database: Database,
  ) {}

  /**
   * Reserves an image and its bytes for an upload, in the place of what it had reserved, and returns how many bytes that
   * is: as many as are wanted, or fewer where quotas leave less room.
   * @throws DomainError `quota_exceeded` where there is no room for what is needed, `conflict` where the upload is gone
   */
  async reserve(uploadId: string, { neededBytes, wantedBytes }: Wish): Promise<number> {
    if (await this.entries.reserveUnlimited(uploadId, wantedBytes)) return wantedBytes;
    return this.database.transaction(async () => {
      const standings = await this.measure(await this.entries.lockOfUpload(uploadId), uploadId);
      assertRoom(standings, { images: await this.entries.countNewImages(uploadId), bytes: neededBytes });
      const bytes = Math.min(wantedBytes, ...standings.map(freeBytes));
      if (!(await this.entries.reserve(uploadId, bytes))) {
        throw new DomainError('conflict', 'The server lost track of this upload; send it again');
      }
      return bytes;
    });
  }

  /**
   * Inside the transaction that turns an upload into an image, once the row of the image is in its place and that of the
   * upload gone. Others' reservations do not count: this push had its own.
   * @throws DomainError `quota_exceeded` where a limit was set, or lowered, meanwhile
   */
  async assertSettled(place: Place, bytes: number): Promise<void> {
    const standings = await this.measure(await this.entries.lockOfPlace(place));
    const asked = { images: 1, bytes };
    assertRoom(
      standings.map((standing) => ({ ...without(standing, asked), reservedImages: 0, reservedBytes: 0 })),
      asked,
    );
  }

  /**
   * Inside a transaction that brings images to another owner or into another tree, once their rows say so. `place` is
   * what is new to them: leave out the account, or the tree, that they were in before.
   * @throws DomainError `quota_exceeded`
   */
  async assertArrived(place: Place, arrival: Arrival): Promise<void> {
    const standings = await this.measure(await this.entries.lockOfPlace(place));
    if (standings.length === 0) return;
    const asked = await this.entries.weigh(arrival);
    assertRoom(
      standings.map((standing) => without(standing, asked)),
      asked,
    );
  }

  /** One after the other, as they share the transaction's connection. Sums nothing where there is no quota. */
  private async measure(quotas: readonly LockedQuota[], exceptUploadId: string | null = null): Promise<Standing[]> {
    const standings: Standing[] = [];
    for (const quota of quotas) standings.push(...(await this.entries.measure(quota, exceptUploadId)));
    return standings;
  }
}

function assertRoom(standings: readonly Standing[], asked: Holdings): void {
  for (const standing of standings) {
    const error = excess(standing, asked);
    if (error) throw error;
  }
}

function freeBytes({ limitBytes, usedBytes, reservedBytes }: Standing): number {
  return limitBytes === null ? Infinity : limitBytes - usedBytes - reservedBytes;
}

/** As it stood before. */
function without(standing: Standing, { images, bytes }: Holdings): Standing {
  return { ...standing, usedImages: standing.usedImages - images, usedBytes: standing.usedBytes - bytes };
}
