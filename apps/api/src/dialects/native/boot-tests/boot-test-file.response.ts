import { pipeline } from 'node:stream/promises';
import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { Config } from '#platform/config';
import type { BootTestFile } from '#domain/boot-tests';

/** Sends what a boot test kept. It is a stranger's: browsers are told what to take it for, and not to guess. */
@Injectable()
export class BootTestFileResponse {
  constructor(private readonly config: Config) {}

  /** @throws DomainError `storage_unavailable`, before anything is sent */
  async send({ sizeBytes, open }: BootTestFile, type: string, response: Response): Promise<void> {
    const bytes = await open();
    response.setHeader('Content-Type', type);
    response.setHeader('Content-Length', sizeBytes);
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cache-Control', 'private, no-cache'); // the next test has another
    response.setTimeout(this.config.idleTimeoutMs, () => response.destroy()); // a reader that stopped reading
    try {
      await pipeline(bytes, response);
    } catch (error) {
      if (!response.headersSent) throw error;
      response.destroy(); // the reader went away, or what is kept cannot be read on
    }
  }
}
