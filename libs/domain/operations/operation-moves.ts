import { Injectable } from '@nestjs/common';
import { Database, Notifications } from '#platform/database';
import { JobQueue } from '#platform/jobs';
import { type ClaimedOperation, type OperationEnd, queueOf } from './operation.js';
import { CHANGES } from './operation-channels.js';
import { OperationHandlers } from './operation-handlers.js';
import { CANCELLED, ClaimLostError } from './operations.errors.js';
import { OperationClaimsRepository, type PutBack, type Suspect } from './operation-claims.repository.js';

/** The moves of operations that workers make: each with what it means for the image, in one transaction. */
@Injectable()
export class OperationMoves {
  constructor(
    private readonly claims: OperationClaimsRepository,
    private readonly handlers: OperationHandlers,
    private readonly jobs: JobQueue,
    private readonly notifications: Notifications,
    private readonly database: Database,
  ) {}

  /** Begins an attempt; null where somebody else did, or nobody should, or its author has enough of them under way: then it is asked again when one of those ends, or waits. */
  begin(id: number): Promise<ClaimedOperation | null> {
    return this.database.transaction(async () => {
      await this.claims.lockImage(id);
      const operation = await this.claims.claim(id, this.handlers.perAuthor);
      if (!operation) return null;
      await this.handlers.of(operation.kind).moved(operation.imageId, 'running', null);
      await this.tell(id);
      return operation;
    });
  }

  /** Ends it with its result. @throws ClaimLostError; whatever `result` throws */
  succeed(operation: ClaimedOperation, result: () => Promise<void>): Promise<void> {
    return this.database.transaction(async () => {
      await result();
      if (!(await this.claims.end(operation, 'succeeded', null))) throw new ClaimLostError();
      await this.enqueueHeld(operation);
      await this.tell(operation.id);
    });
  }

  /** Ends it without one. Nothing happens where the attempt is not this process's any more. */
  fail(operation: ClaimedOperation, status: Exclude<OperationEnd, 'succeeded'>, reason: string): Promise<void> {
    return this.database.transaction(async () => {
      await this.claims.lockImage(operation.id);
      if (!(await this.claims.end(operation, status, reason))) return;
      await this.handlers.of(operation.kind).moved(operation.imageId, status, reason);
      await this.enqueueHeld(operation);
      await this.tell(operation.id);
    });
  }

  /** Leaves it to another attempt, unless somebody wants it cancelled. */
  putBack(operation: ClaimedOperation, how: PutBack): Promise<void> {
    return this.database.transaction(async () => {
      await this.claims.lockImage(operation.id);
      if (!(await this.claims.putBack(operation, how))) return this.fail(operation, 'cancelled', CANCELLED);
      await this.queueAgain(operation, how.after);
      await this.enqueueHeld(operation);
    });
  }

  /**
   * Finds work whose worker is gone, also that of this process which it knows nothing of, and gives it to another; or ends
   * it where it has taken too many with it. `isActive` tells what this process works on, or is about to. How many there were.
   */
  async settleLost(isActive: (id: number) => boolean): Promise<number> {
    const suspects = (await this.claims.listSuspects()).filter((id) => !isActive(id));
    if (suspects.length === 0) return 0;
    return this.database.transaction(async () => {
      // Asked again under the lock: this process may have begun one of them since.
      const lost = (await this.claims.lockSuspects(suspects)).filter(({ id }) => !isActive(id));
      for (const operation of lost) await this.settle(operation);
      return lost.length;
    });
  }

  /** Sees to it that there is a job for whatever waits: one may have gone with the process that took it. */
  async enqueueDue(): Promise<void> {
    const due = await this.claims.listDue();
    for (const kind of new Set(due.map((operation) => operation.kind))) {
      const waiting = await this.jobs.listWaiting(queueOf(kind)); // most: the queue is long, or the workers are few
      const lost = due.filter((operation) => operation.kind === kind && !waiting.has(operation.id));
      for (const { id } of lost) await this.jobs.enqueue(queueOf(kind), { id });
    }
  }

  private async settle(operation: Suspect): Promise<void> {
    const { id, kind, imageId, attempts, maxAttempts, isCancelled } = operation;
    const handler = this.handlers.of(kind);
    if (isCancelled) {
      await this.claims.settleLost(id, 'cancelled', CANCELLED);
      await handler.moved(imageId, 'cancelled', CANCELLED);
    } else if (attempts < maxAttempts) {
      await this.claims.settleLost(id, 'queued', 'Its worker was lost; it is tried again');
      return this.queueAgain(operation);
    } else {
      const reason = `Its worker was lost in attempt ${attempts} of ${maxAttempts}; ask the operator to look at the workers’ logs`;
      await this.claims.settleLost(id, 'failed', reason);
      await handler.moved(imageId, 'failed', reason);
    }
    await this.tell(id);
  }

  /** Gives jobs to others of its author's that nobody was to begin because of it. */
  private async enqueueHeld({ kind, authorId }: ClaimedOperation): Promise<void> {
    const most = this.handlers.perAuthor[kind];
    if (most === undefined) return;
    for (const id of await this.claims.listDueOf(authorId, kind, most)) await this.jobs.enqueue(queueOf(kind), { id });
  }

  private async queueAgain({ id, kind, imageId }: ClaimedOperation, after?: Date): Promise<void> {
    await this.handlers.of(kind).moved(imageId, 'queued', null);
    await this.jobs.enqueue(queueOf(kind), { id }, { after });
    await this.tell(id);
  }

  private tell(id: number): Promise<void> {
    return this.notifications.send(CHANGES, String(id));
  }
}
