import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '#kernel';
import { Config } from '#platform/config';
import { OperationLogsService } from '#domain/operations';
import { Drain } from '../../../http/drain.js';
import { PacedAnswer } from '../../../http/paced-answer.js';
import { writeEvents } from './log-events.writer.js';
import { logFormat, readLogQuery } from './log-types.js';

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
    const [form, query] = [logFormat(request), readLogQuery(request)];
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.drain.begins]);
    const events = await this.logs.follow(caller, operationId, query, signal);
    response.vary('Accept');
    response.setHeader('Content-Type', form.format.contentType);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Accel-Buffering', 'no'); // nginx would wait for a page of it
    if (request.method !== 'HEAD') {
      request.socket.setKeepAlive(true, this.config.idleTimeoutMs); // else a reader that is gone without a word stays
      response.flushHeaders();
      const answer = new PacedAnswer(response, signal, this.config.idleTimeoutMs);
      if (!(await writeEvents(events, form, answer))) return;
    }
    response.end();
  }
}
