import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { Database, InstanceLock } from '#platform/database';
import { BlobStore } from '#platform/storage';
import type { Upload } from './upload.entity.js';
import { UploadsRepository } from './uploads.repository.js';

/** How soon an upload is undone that could not be, because the database or the store was away. */
const RETRY_MS = 2_000;

/** Keeps track of the uploads of this process, and undoes those that came to nothing, its own or a dead process's. */
@Injectable()
export class UploadSettler implements BeforeApplicationShutdown {
  private readonly logger = new Logger(UploadSettler.name);
  private readonly active = new Map<string, Promise<unknown>>();
  private readonly retries = new Map<string, NodeJS.Timeout>();

  constructor(
    private readonly uploads: UploadsRepository,
    private readonly store: BlobStore,
    private readonly instance: InstanceLock,
    private readonly database: Database,
  ) {}

  /** Runs `work` for an upload, its reservation included; whatever becomes of it, afterwards nothing unfinished is left. */
  async during<T>(uploadId: string, work: () => Promise<T>): Promise<T> {
    const settled = this.undoneIfFailed(uploadId, work);
    this.active.set(uploadId, settled);
    try {
      return await settled;
    } finally {
      this.active.delete(uploadId);
    }
  }

  /** Uploads that the end of the process has cut off still need the database. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.allSettled(this.active.values());
    this.retries.forEach(clearTimeout);
  }

  /**
   * Frees what an upload holds, unless its image was made after all: the row goes in the transaction that makes the
   * image, so under its lock its presence proves that no image has the bytes, also when a commit's answer was lost.
   */
  undo(uploadId: string): Promise<void> {
    return this.database.transaction(async () => {
      const upload = await this.uploads.lock(uploadId);
      if (!upload) return;
      await this.store.discardStaged(upload.id);
      await this.store.delete(upload.storageKey);
      await this.uploads.delete(upload.id);
    });
  }

  /** Makes room for a push whose reference is reserved by an upload that nobody works on. False where somebody does. */
  async undoIfDead(key: Pick<Upload, 'userId' | 'namespacePath' | 'name' | 'tag'>): Promise<boolean> {
    const upload = await this.uploads.findByReference(key);
    if (!upload) return true;
    const own = upload.instanceId === this.instance.id;
    if (own ? this.active.has(upload.id) : !(await this.uploads.isDead(upload.id))) return false;
    await this.undo(upload.id);
    return true;
  }

  /** Undoes the uploads of dead processes, and removes staged bytes that no upload knows. Returns how many there were. */
  async sweep(): Promise<number> {
    // Staged files first: a push writes its row before its file, so a file without a row is nobody's.
    const staged = (await this.store.listStaged()).map(({ stagingId }) => stagingId);
    const known = await this.uploads.findKnown(staged.filter(isUuid));
    const orphans = staged.filter((id) => !known.has(id));
    for (const id of orphans) await this.store.discardStaged(id);
    const dead = (await this.uploads.listDeadOrOf(this.instance.id)).filter(({ id }) => !this.active.has(id));
    for (const { id } of dead) await this.undoOrRetry(id);
    return orphans.length + dead.length;
  }

  private async undoneIfFailed<T>(uploadId: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.undoOrRetry(uploadId);
      throw error;
    }
  }

  private async undoOrRetry(uploadId: string): Promise<void> {
    try {
      await this.undo(uploadId);
    } catch (error) {
      this.logger.warn({ err: error, uploadId }, 'could not undo an upload; trying again');
      this.retryLater(uploadId);
    }
  }

  private retryLater(uploadId: string): void {
    const timer = setTimeout(() => {
      this.retries.delete(uploadId);
      void this.undoOrRetry(uploadId);
    }, RETRY_MS);
    this.retries.set(uploadId, timer.unref());
  }
}

function isUuid(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text);
}
