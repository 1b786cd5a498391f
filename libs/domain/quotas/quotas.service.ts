import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, FieldProblems, mayEverywhere, type Page } from '#kernel';
import { Database } from '#platform/database';
import { operatorsOnly, quotaNotFound } from './quotas.errors.js';
import { QuotasRepository, type Slice, type SubjectId, type Viewer } from './quotas.repository.js';
import type { Limits, QuotaView, SubjectName, UsageView } from './quota-view.js';

/** Limits, and what is held under them. Everybody sees their own and their teams'; operators see and set all. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly quotas: QuotasRepository,
    private readonly database: Database,
  ) {}

  async list(principal: AuthenticatedPrincipal, slice: Slice): Promise<Page<QuotaView>> {
    return toPage(await this.quotas.list(viewerOf(principal), slice), slice);
  }

  async listUsage(principal: AuthenticatedPrincipal, slice: Slice): Promise<Page<UsageView>> {
    return toPage(await this.quotas.listUsage(viewerOf(principal), slice), slice);
  }

  /** @throws DomainError `not_found` where there is no such subject, it has no quota, or the caller may not see it */
  async get(principal: AuthenticatedPrincipal, subject: SubjectName): Promise<QuotaView> {
    const quota = await this.quotas.find(viewerOf(principal), subject);
    if (!quota) throw quotaNotFound();
    return quota;
  }

  /**
   * Sets both limits, also below what is held: that stays, and nothing is added. Of pushes under way those still come in
   * that fit.
   * @throws DomainError `forbidden`, `invalid`, `not_found` (no such account or root namespace)
   */
  async put(principal: AuthenticatedPrincipal, subject: SubjectName, limits: Limits): Promise<QuotaView> {
    if (!mayEverywhere(principal, 'quota:write')) throw operatorsOnly();
    checkLimits(limits);
    await this.database.transaction(async () => {
      await this.quotas.put(await this.lockSubject(subject), limits);
    });
    const quota = await this.quotas.find({ subjectIds: [], seesAll: true }, subject);
    if (!quota) throw quotaNotFound();
    return quota;
  }

  /** @throws DomainError `forbidden`, `not_found` */
  async delete(principal: AuthenticatedPrincipal, subject: SubjectName): Promise<void> {
    if (!mayEverywhere(principal, 'quota:delete')) throw operatorsOnly();
    await this.database.transaction(async () => {
      if (!(await this.quotas.delete(await this.lockSubject(subject)))) throw quotaNotFound();
    });
  }

  private async lockSubject(subject: SubjectName): Promise<SubjectId> {
    const found = await this.quotas.lockSubject(subject);
    if (!found) throw quotaNotFound();
    return found;
  }
}

function viewerOf(principal: AuthenticatedPrincipal): Viewer {
  return { subjectIds: principal.subjectIds, seesAll: mayEverywhere(principal, 'quota:read') };
}

function toPage<T>(rows: readonly T[], { page, limit }: Slice): Page<T> {
  return { items: rows.slice(0, limit), hasPrevious: page > 1, hasNext: rows.length > limit };
}

function checkLimits({ limitBytes, limitImages }: Limits): void {
  const problems = new FieldProblems();
  checkLimit(problems, 'limit_bytes', 'Limit of bytes', limitBytes);
  checkLimit(problems, 'limit_images', 'Limit of images', limitImages);
  problems.check(
    limitBytes !== null || limitImages !== null,
    'limit_bytes',
    'Say limit_bytes, limit_images or both; to lift all limits, delete the quota',
  );
  problems.throwIfAny();
}

function checkLimit(problems: FieldProblems, field: string, name: string, value: number | null): void {
  const ok = value === null || (Number.isSafeInteger(value) && value >= 0);
  problems.check(ok, field, `${name} must be null or a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`);
}
