import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { freeBytesAt, FreeSpaceGuard, releaseMemory, StorageFullError } from '#platform/storage';
import { bodyCutOff, readBody } from './body-reader.js';
import { allowBody } from './expect-continue.js';
import { SpoolFolder } from './spool-folder.js';
import { SpooledBody } from './spooled-body.js';

/** However steadily it drips: for so long, and no longer, a used signature must be remembered. */
const MAX_DURATION_MS = 3_600_000;

/** Takes whole bodies to disk, hashed as they come, for requests that are proven by their bytes. */
@Injectable()
export class SpooledBodies implements OnApplicationBootstrap {
  private readonly logger = new Logger(SpooledBodies.name);
  private readonly folder: SpoolFolder;
  private readonly bodies = new WeakMap<Request, Promise<SpooledBody>>();
  private readonly holders: number[] = [];

  constructor(private readonly config: Config) {
    this.folder = new SpoolFolder(join(config.dataDir, 'spool'));
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.folder.sweep().catch((error: unknown) => {
      this.logger.warn({ err: error }, 'could not remove what is left of bodies');
    });
  }

  /**
   * The body of a request, read at the first call; the same at each further one. It is there until the answer has ended.
   * `holder` is the user it counts for: half of what a process takes at once is the most that one may have.
   * @throws DomainError `too_large`, `unavailable`, `storage_full`, `timeout`, `incomplete_body`
   */
  receive(request: Request, response: Response, holder: number): Promise<SpooledBody> {
    const begun = this.bodies.get(request) ?? this.spool(request, response, holder);
    this.bodies.set(request, begun);
    return begun;
  }

  private async spool(request: Request, response: Response, holder: number): Promise<SpooledBody> {
    const declaredBytes = Number(request.headers['content-length'] ?? 0);
    if (declaredBytes > this.config.maxSpooledBytes) throw tooLarge(this.config.maxSpooledBytes);
    if (isOver(response)) throw bodyCutOff(); // who asked has gone, and nothing would ever end this
    this.take(holder);
    response.once('close', () => this.holders.splice(this.holders.indexOf(holder), 1));
    const file = await this.folder.create();
    if (isOver(response)) await file.close();
    else response.once('close', () => void file.close());
    allowBody(request, response);
    return this.fill(file, request, declaredBytes).catch((error: unknown) => {
      throw isFull(error) ? noRoom(error) : error;
    });
  }

  /** A place among those at once, which the end of the answer gives back. */
  private take(holder: number): void {
    const { maxSpooledBodies } = this.config;
    const own = this.holders.filter((one) => one === holder).length;
    if (this.holders.length >= maxSpooledBodies || own >= Math.ceil(maxSpooledBodies / 2)) {
      throw new DomainError('unavailable', 'Too many uploads are under way; try again in a moment');
    }
    this.holders.push(holder);
  }

  private async fill(file: FileHandle, request: Request, declaredBytes: number): Promise<SpooledBody> {
    const { maxSpooledBytes, minFreeBytes, idleTimeoutMs } = this.config;
    const space = new FreeSpaceGuard(() => freeBytesAt(this.folder.path), minFreeBytes);
    await space.checkWhole(declaredBytes);
    const hash = createHash('sha256');
    const deadlineMs = performance.now() + MAX_DURATION_MS;
    let sizeBytes = 0;
    for await (const chunk of readBody(request, idleTimeoutMs)) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxSpooledBytes) throw tooLarge(maxSpooledBytes);
      if (performance.now() > deadlineMs) throw tookTooLong();
      await space.pass(chunk.length);
      hash.update(chunk);
      await file.writeFile(chunk); // from where the last one ended
      releaseMemory(chunk);
    }
    return new SpooledBody(file, sizeBytes, hash.digest('hex'));
  }
}

function isOver({ closed }: Response): boolean {
  return closed;
}

function isFull(error: unknown): boolean {
  return error instanceof StorageFullError || ['ENOSPC', 'EDQUOT'].includes(String((error as { code?: unknown }).code));
}

const tooLarge = (limitBytes: number): DomainError =>
  new DomainError('too_large', `The body is larger than the ${limitBytes} bytes that this server takes`);

const noRoom = (cause: unknown): DomainError =>
  new DomainError('storage_full', 'The server has no room for this body; ask its operator', { cause });

const tookTooLong = (): DomainError =>
  new DomainError('timeout', `The body took more than ${MAX_DURATION_MS / 60_000} minutes`);
