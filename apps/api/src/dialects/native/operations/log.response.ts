import { once } from 'node:events';
import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '#kernel';
import { Config } from '#platform/config';
import { type LogEvent, OperationLogsService } from '#domain/operations';
import { Drain } from '../../../http/drain.js';
import { type LogFormat, logFormat, readLogQuery } from './log-types.js';

/** What a reader must take within IDLE_TIMEOUT_SECONDS. */
const PART_BYTES = 64 * 1024;

/** Sends a log as it grows, no faster than the client reads, to the end of the work or until either side ends it. */
@Injectable()
export class LogResponse {
  constructor(
    private readonly logs: OperationLogsService,
    private readonly drain: Drain,
    private readonly config: Config,
  ) {}

  /** @throws DomainError `invalid`, `not_found`; 406; before anything is sent */
  async send(caller: Principal, operationId: number, request: Request, response: Response): Promise<void> {
    const [{ name, format }, query] = [logFormat(request), readLogQuery(request)];
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.drain.begins]);
    const events = await this.logs.follow(caller, operationId, query, signal);
    response.vary('Accept');
    response.setHeader('Content-Type', format.contentType);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Accel-Buffering', 'no'); // nginx would wait for a page of it
    if (request.method !== 'HEAD') {
      request.socket.setKeepAlive(true, this.config.idleTimeoutMs); // else a reader that is gone without a word stays
      response.flushHeaders();
      for await (const event of events) {
        if (!(await this.write(bytesOf(event, name, format), response, signal))) return;
      }
    }
    response.end();
  }

  /** In parts, so that a reader who is slow but there is told from one who is not. False where nobody reads any more. */
  private async write(bytes: Buffer, response: Response, signal: AbortSignal): Promise<boolean> {
    for (let start = 0; start < bytes.length; start += PART_BYTES) {
      const isTaken = response.write(bytes.subarray(start, start + PART_BYTES));
      if (!isTaken && !(await this.drained(response, signal))) return false;
    }
    return true;
  }

  private async drained(response: Response, signal: AbortSignal): Promise<boolean> {
    try {
      await once(response, 'drain', {
        signal: AbortSignal.any([signal, AbortSignal.timeout(this.config.idleTimeoutMs)]),
      });
      return true;
    } catch {
      response.destroy();
      return false;
    }
  }
}

function bytesOf(event: LogEvent, name: string, format: LogFormat): Buffer {
  if (event.kind === 'lines') return event.batch.as(name, format.lines);
  return Buffer.from(event.kind === 'quiet' ? format.quiet : format.end(event.status));
}
