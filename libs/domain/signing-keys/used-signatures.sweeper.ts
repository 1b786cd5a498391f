import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { UsedSignaturesRepository } from './used-signatures.repository.js';

const EVERY_MS = 600_000;

/** Forgets signatures that no longer count: at start and every ten minutes. */
@Injectable()
export class UsedSignaturesSweeper implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger(UsedSignaturesSweeper.name);
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly used: UsedSignaturesRepository) {}

  async onApplicationBootstrap(): Promise<void> {
    await this.sweep();
    this.timer = setInterval(() => void this.sweep(), EVERY_MS).unref();
  }

  onApplicationShutdown(): void {
    clearInterval(this.timer);
  }

  /** Never throws: what stays is forgotten the next time. */
  async sweep(): Promise<void> {
    try {
      await this.used.forgetOld();
    } catch (error) {
      this.logger.warn({ err: error }, 'could not forget used signatures; it is tried again in ten minutes');
    }
  }
}
