import { randomUUID } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { BlobStore, newBlobKey, type StagedBlob } from '#platform/storage';
import { type ArchivedChunk, OperationLogsRepository } from './operation-logs.repository.js';

/** A part of the file that is read at once. */
const PART_BYTES = 256 * 1024;

/** Moves the lines of ended operations from the database into the store. Their numbers stay. */
@Injectable()
export class LogArchive {
  private readonly logger = new Logger(LogArchive.name);
  private readonly moving = new Set<number>();

  constructor(
    private readonly logs: OperationLogsRepository,
    private readonly store: BlobStore,
  ) {}

  /** Never throws: what cannot be moved now is moved with the next sweep. */
  async archive(operationId: number): Promise<void> {
    if (this.moving.has(operationId)) return;
    this.moving.add(operationId);
    try {
      await this.move(operationId, newBlobKey());
    } catch (error) {
      this.logger.warn({ err: error, operationId }, 'cannot move a log into the store; it stays in the database');
    } finally {
      this.moving.delete(operationId);
    }
  }

  /** Moves the logs whose process died over it, or before. */
  async sweep(): Promise<void> {
    for (const id of await this.logs.listUnarchived()) await this.archive(id);
  }

  private async move(operationId: number, key: string): Promise<void> {
    const claim = await this.logs.claimArchive(operationId, key);
    if (!claim) return;
    if (claim.abandonedKey !== null) await this.store.delete(claim.abandonedKey);
    const parts = await this.writeFile(operationId, key);
    const isUsed = await this.logs.replaceByFile(operationId, key, parts);
    if (!isUsed && parts.length > 0) await this.store.delete(key);
  }

  private async writeFile(operationId: number, key: string): Promise<ArchivedChunk[]> {
    const parts: ArchivedChunk[] = [];
    let staged: StagedBlob | undefined;
    try {
      for await (const chunks of this.logs.unarchived(operationId)) {
        staged ??= await this.store.stage(randomUUID());
        for (const { firstLine, lineCount, body } of chunks) {
          const bytes = Buffer.from(body ?? '');
          addTo(parts, { firstLine, lineCount, length: bytes.length });
          await staged.write(bytes);
        }
      }
      await staged?.seal();
      await staged?.commit(key);
      return parts;
    } catch (error) {
      await staged?.abort();
      throw error;
    }
  }
}

/** Small chunks become parts of a size that is worth reading. */
function addTo(parts: ArchivedChunk[], chunk: Omit<ArchivedChunk, 'position'>): void {
  const last = parts.at(-1);
  const position = last ? last.position + last.length : 0;
  const goesOn = last && last.length < PART_BYTES && last.firstLine + last.lineCount === chunk.firstLine;
  if (!goesOn) parts.push({ ...chunk, position });
  else {
    parts[parts.length - 1] = {
      ...last,
      lineCount: last.lineCount + chunk.lineCount,
      length: last.length + chunk.length,
    };
  }
}
