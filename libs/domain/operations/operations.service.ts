import { Injectable } from '@nestjs/common';
import {
  type AuthenticatedPrincipal,
  DomainError,
  mayEverywhere,
  type Page,
  type Principal,
  subjectIdsOf,
} from '#kernel';
import { Notifications } from '#platform/database';
import { JobQueue } from '#platform/jobs';
import { AuditTrail } from '#domain/audit';
import { may, type Standing } from '#domain/permissions';
import { type MakingView, type OperationKind, type OperationView, queueOf } from './operation.js';
import { OperationHandlers } from './operation-handlers.js';
import { CANCELLED, cannotCancel, cannotRetry, mayNotManage, operationNotFound } from './operations.errors.js';
import { type NewOperation, type OperationQuery, OperationsRepository } from './operations.repository.js';
import { CANCELS, CHANGES } from './operation-channels.js';

/** The visible life of background work on images. Rights follow the image. */
@Injectable()
export class OperationsService {
  constructor(
    private readonly operations: OperationsRepository,
    private readonly handlers: OperationHandlers,
    private readonly jobs: JobQueue,
    private readonly notifications: Notifications,
    private readonly audit: AuditTrail,
  ) {}

  /** Inside the transaction that makes what it is about: the work is there with it, or not at all. Its id. */
  async enqueue(operation: NewOperation): Promise<number> {
    const id = await this.operations.insert(operation);
    await this.jobs.enqueue(queueOf(operation.kind), { id });
    return id;
  }

  /** Inside a transaction that holds the image: removes its ended operations of a kind, but for the latest `kept`. */
  forget(kind: OperationKind, imageId: number, kept: number): Promise<void> {
    return this.operations.deleteEnded(kind, imageId, kept);
  }

  /** Newest first, of images that a role of the caller's lets them read; that one is public is not enough. */
  async list(principal: AuthenticatedPrincipal, query: OperationQuery): Promise<Page<OperationView>> {
    const { subjectIds, pins } = principal;
    const everything = mayEverywhere(principal, 'operation:read');
    const rows = await this.operations.list({ subjectIds, everything, pins }, query);
    const more = rows.length > query.limit;
    if (query.slice.kind === 'before') return { items: more ? rows.slice(1) : rows, hasPrevious: more, hasNext: true };
    return { items: rows.slice(0, query.limit), hasPrevious: query.slice.kind === 'after', hasNext: more };
  }

  /** @throws DomainError `not_found`, also for one that the caller may not see */
  async get(principal: Principal, id: number): Promise<OperationView> {
    const operation = await this.operations.find(subjectIdsOf(principal), id);
    if (!operation || !may(principal, 'operation:read', standingOf(operation))) throw operationNotFound();
    return operation;
  }

  /** The operation that made an image which the caller may see. @throws DomainError `not_found` where none did */
  async getMaker(imageId: number): Promise<number> {
    const id = await this.operations.findMaker(imageId);
    if (id === undefined) throw new DomainError('not_found', 'The image has no log: it was pushed');
    return id;
  }

  /** What the making of images that the caller was shown has come to, by image; nothing for one that was pushed. */
  async listMakings(imageIds: readonly number[]): Promise<ReadonlyMap<number, MakingView>> {
    const makings = await this.operations.listMakings(imageIds);
    return new Map(makings.map((making) => [making.imageId, making]));
  }

  /** Which of these somebody works on now. */
  findAtWork(ids: readonly number[]): Promise<ReadonlySet<number>> {
    return this.operations.findAtWork(ids);
  }

  /**
   * Ends what nobody works on yet; what is at work ends as soon as its worker hears of it.
   * @throws DomainError `not_found`, `forbidden`, `conflict` where it has ended
   */
  async cancel(principal: AuthenticatedPrincipal, id: number): Promise<OperationView> {
    const operation = await this.getManaged(principal, id);
    await this.audit.transaction(async () => {
      await this.operations.lockImage(id);
      const status = await this.operations.cancel(id);
      if (status === undefined) throw cannotCancel((await this.get(principal, id)).status);
      if (status === 'cancelled') await this.handlers.of(operation.kind).moved(operation.imageId, status, CANCELLED);
      await this.audit.record(principal, { action: 'operation.cancel', target: targetOf(operation) });
      await this.notifications.send(CHANGES, String(id));
      await this.notifications.send(CANCELS, String(id));
    });
    return this.get(principal, id);
  }

  /** Begins one that failed or was cancelled anew. @throws DomainError `not_found`, `forbidden`, `conflict` */
  async retry(principal: AuthenticatedPrincipal, id: number): Promise<OperationView> {
    const operation = await this.getManaged(principal, id);
    await this.audit.transaction(async () => {
      await this.operations.lockImage(id);
      if (!(await this.operations.retry(id))) throw cannotRetry((await this.get(principal, id)).status);
      await this.handlers.of(operation.kind).moved(operation.imageId, 'queued', null);
      await this.jobs.enqueue(queueOf(operation.kind), { id });
      await this.audit.record(principal, { action: 'operation.retry', target: targetOf(operation) });
      await this.notifications.send(CHANGES, String(id));
    });
    return this.get(principal, id);
  }

  private async getManaged(principal: Principal, id: number): Promise<OperationView> {
    const operation = await this.get(principal, id);
    if (!may(principal, 'operation:write', standingOf(operation))) throw mayNotManage();
    return operation;
  }
}

function standingOf({ ownerId, held, lineage, imageId }: OperationView): Standing {
  return { ownerId, held, at: { lineage, imageId } };
}

function targetOf({ id, kind, image }: OperationView): { kind: string; id: number; name: string } {
  return { kind: 'operation', id, name: `${kind} ${image}` };
}
