import { Injectable } from '@nestjs/common';
import { type AuthenticatedPrincipal, FieldProblems, mayEverywhere, type Page, type PageQuery, pageOf } from '#kernel';
import { type AuditTarget, AuditTrail } from '#domain/audit';
import { operatorsOnly, quotaNotFound } from './quotas.errors.js';
import { QuotasRepository, type SubjectId, type Viewer } from './quotas.repository.js';
import type { Limits, QuotaView, SubjectName, UsageView } from './quota-view.js';

/** Limits, and what is held under them. Everybody sees their own and their teams'; operators see and set all. */
@Injectable()
export class QuotasService {
  constructor(
    private readonly quotas: QuotasRepository,
    private readonly audit: AuditTrail,
  ) {}

  async list(principal: AuthenticatedPrincipal, slice: PageQuery): Promise<Page<QuotaView>> {
    return pageOf(await this.quotas.list(viewerOf(principal), slice), slice);
  }

  async listUsage(principal: AuthenticatedPrincipal, slice: PageQuery): Promise<Page<UsageView>> {
    return pageOf(await this.quotas.listUsage(viewerOf(principal), slice), slice);
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
    await this.audit.transaction(async () => {
      const locked = await this.lockSubject(subject);
      const was = await this.quotas.find(OPERATOR, subject);
      await this.quotas.put(locked, limits);
      const [before, after] = [was && factsOf(was), factsOf(limits)];
      await this.audit.record(principal, { action: 'quota.put', target: targetOf(subject), before, after });
    });
    const quota = await this.quotas.find(OPERATOR, subject);
    if (!quota) throw quotaNotFound();
    return quota;
  }

  /** @throws DomainError `forbidden`, `not_found` */
  async delete(principal: AuthenticatedPrincipal, subject: SubjectName): Promise<void> {
    if (!mayEverywhere(principal, 'quota:delete')) throw operatorsOnly();
    await this.audit.transaction(async () => {
      const locked = await this.lockSubject(subject);
      const was = await this.quotas.find(OPERATOR, subject);
      if (!was || !(await this.quotas.delete(locked))) throw quotaNotFound();
      await this.audit.record(principal, { action: 'quota.delete', target: targetOf(subject), before: factsOf(was) });
    });
  }

  private async lockSubject(subject: SubjectName): Promise<SubjectId> {
    const found = await this.quotas.lockSubject(subject);
    if (!found) throw quotaNotFound();
    return found;
  }
}

const OPERATOR: Viewer = { subjectIds: [], seesAll: true };

function targetOf(subject: SubjectName): AuditTarget {
  return { kind: 'quota', name: subject.type === 'account' ? subject.name : `${subject.owner}/${subject.name}` };
}

function factsOf({ limitBytes, limitImages }: Limits): Record<string, number | null> {
  return { limit_bytes: limitBytes, limit_images: limitImages };
}

function viewerOf(principal: AuthenticatedPrincipal): Viewer {
  return { subjectIds: principal.subjectIds, seesAll: mayEverywhere(principal, 'quota:read') };
}

function checkLimits({ limitBytes, limitImages }: Limits): void {
  const problems = new FieldProblems();
  checkLimit(problems, 'limit_bytes', limitBytes);
  checkLimit(problems, 'limit_images', limitImages);
  problems.check(
    limitBytes !== null || limitImages !== null,
    'limit_bytes',
    'Say limit_bytes, limit_images or both; to lift all limits, delete the quota',
  );
  problems.throwIfAny();
}

function checkLimit(problems: FieldProblems, field: string, value: number | null): void {
  const ok = value === null || (Number.isSafeInteger(value) && value >= 0);
  problems.check(
    ok,
    field,
    `${field.replace('l', 'L')} must be null or a whole number from 0 to ${Number.MAX_SAFE_INTEGER}`,
  );
}
