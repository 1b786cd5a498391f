import { Controller, Get, Header, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Database } from '#platform/database';
import { BlobStore } from '#platform/storage';
import { Public } from '../http/access/access.decorator.js';
import { HttpMetrics } from '../http/http-metrics.js';
import { Drain } from '../http/drain.js';
import { OperationMetrics } from './operation-metrics.js';

interface Check {
  readonly ok: boolean;
  readonly error?: string;
  readonly free_bytes?: number | null;
}

/** For orchestrators and Prometheus. */
@Controller()
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly store: BlobStore,
    private readonly drain: Drain,
    private readonly metrics: HttpMetrics,
    private readonly operations: OperationMetrics,
  ) {}

  /** Whether the process answers at all; restart it if not. */
  @Get('health/live')
  @Public()
  live(): object {
    return { status: 'ok' };
  }

  /** Whether requests should come here: 503 while the database or the store is away, or the process shuts down. */
  @Get('health/ready')
  @Public()
  async ready(@Res({ passthrough: true }) response: Response): Promise<object> {
    const checks = {
      database: await check(async () => {
        await this.database.query('SELECT 1');
        return {};
      }),
      storage: await check(async () => ({ free_bytes: (await this.store.check()).freeBytes })),
      accepting: { ok: !this.drain.isDraining },
    };
    const ok = Object.values(checks).every((result) => result.ok);
    response.status(ok ? 200 : 503);
    return { status: ok ? 'ok' : 'unavailable', checks };
  }

  @Get('metrics')
  @Public()
  @Header('Content-Type', 'text/plain; version=0.0.4; charset=utf-8')
  async showMetrics(): Promise<string> {
    return `${await this.metrics.registry.metrics()}\n${await this.operations.text()}`;
  }
}

/** What went wrong is named by its class only: its text may hold addresses and paths. */
async function check(work: () => Promise<Omit<Check, 'ok'>>): Promise<Check> {
  try {
    return { ok: true, ...(await work()) };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? error.name : 'Error' };
  }
}
