import { Injectable } from '@nestjs/common';
import type { OperationKind, OperationStatus } from './operation.js';
import type { AuthorLimits } from './operation-claims.repository.js';
import type { Work } from './work.js';

/** How operations of one kind are done. */
export abstract class OperationHandler {
  abstract readonly kind: OperationKind;
  /** So many of them a process does at once at most, whatever it may do of other kinds. */
  get concurrency(): number {
    return Infinity;
  }

  /** So many of them are done at once for one user at most, by all processes together; undefined for no such limit. */
  get perAuthor(): number | undefined {
    return undefined;
  }

  /**
   * Does the work, and ends it with `work.succeed`. Whatever it leaves behind when it throws, or when its process dies,
   * another attempt must cope with.
   * @throws RetryableError for what another attempt may get over; any other error ends the operation
   */
  abstract run(work: Work): Promise<void>;

  /**
   * In the transaction that moves the operation: brings its image along. `reason` tells why it failed or was cancelled,
   * for people. Not called for `succeeded`, which the work itself brings about.
   */
  abstract moved(imageId: number, status: Exclude<OperationStatus, 'succeeded'>, reason: string | null): Promise<void>;

  /** Called every few seconds by each process that works: begins what is due by itself. May throw. */
  keep(): Promise<void> {
    return Promise.resolve();
  }
}

/** The handlers of this process, by kind. */
@Injectable()
export class OperationHandlers {
  private readonly handlers = new Map<OperationKind, OperationHandler>();

  register(handler: OperationHandler): void {
    this.handlers.set(handler.kind, handler);
  }

  of(kind: OperationKind): OperationHandler {
    const handler = this.handlers.get(kind);
    if (!handler) throw new Error(`nobody here knows how to ${kind}`);
    return handler;
  }

  get all(): readonly OperationHandler[] {
    return [...this.handlers.values()];
  }

  /** By kind, for those that have such a limit. */
  get perAuthor(): AuthorLimits {
    return Object.fromEntries(
      this.all.flatMap(({ kind, perAuthor }) => (perAuthor === undefined ? [] : [[kind, perAuthor]])),
    );
  }
}
