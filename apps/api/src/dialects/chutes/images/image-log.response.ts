import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import type { Principal } from '#kernel';
import { Config } from '#platform/config';
import { type LogEvent, OperationLogsService } from '#domain/operations';
import { Drain } from '../../../http/drain.js';
import { PacedAnswer } from '../../../http/paced-answer.js';
import { queryValues } from '../chutes.paging.js';
import { ImageCatalogue, isOf } from './image-catalogue.js';
import type { AskedImage } from './image-key.js';
import { type DescribedImage, idOf, statusOf } from './image.presenter.js';
import { eventLines, type LogPlace, plainLines, readOffset } from './log-lines.js';

/** How often a reader hears that nothing is new. */
const QUIET_MS = 1000;

const WHOLE = { offset: 0, follow: false };
const DOT = Buffer.from('.\n');
const DONE = Buffer.from('DONE\n');

/** Sends how an image was made: a text where that has ended, else lines as they come. */
@Injectable()
export class ImageLogResponse {
  constructor(
    private readonly catalogue: ImageCatalogue,
    private readonly logs: OperationLogsService,
    private readonly drain: Drain,
    private readonly config: Config,
  ) {}

  /** @throws DomainError `not_found`, UnprocessableError; before anything is sent */
  async send(
    caller: Principal,
    asked: AskedImage | undefined,
    { request, response }: { readonly request: Request; readonly response: Response },
  ): Promise<void> {
    const image = await this.catalogue.get(caller, asked);
    const described = await this.catalogue.describeOne(image);
    const operationId = readableLog(caller, described);
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const signal = AbortSignal.any([gone.signal, this.drain.begins]);
    const exchange = { request, response, signal };
    const isFinished = image.status === 'available' || image.status === 'failed';
    if (isFinished || operationId === undefined) await this.sendText(described, operationId, exchange);
    else await this.sendLines(operationId, readOffset(queryValues(request).optional('offset')), exchange);
  }

  /** The whole log; the status where there is none. */
  private async sendText(
    { image, making }: DescribedImage,
    operationId: number | undefined,
    { response, signal }: Exchange,
  ): Promise<void> {
    const events = operationId === undefined ? undefined : this.logs.followShown(operationId, WHOLE, signal);
    const answer = new PacedAnswer(response, signal, this.config.idleTimeoutMs);
    const first = await events?.next(); // what goes wrong here can still be told
    response.setHeader('Content-Type', 'text/plain; charset=utf-8');
    if (!events || !first || first.done || first.value.kind !== 'lines') {
      response.end(statusOf(image, making));
      return;
    }
    response.setHeader('Content-Disposition', `inline; filename="${idOf(image)}.log"`);
    if (!(await answer.write(Buffer.from(plainLines(first.value.batch))))) return;
    for await (const event of events) {
      if (event.kind === 'end') response.end();
      else if (event.kind === 'lines' && !(await answer.write(Buffer.from(plainLines(event.batch))))) return;
    }
    if (!response.writableEnded) response.destroy(); // half a log must not look like a whole one
  }

  /** The line protocol, up to `DONE`. The connection is cut where it ends before: then clients come again. */
  private async sendLines(operationId: number, from: LogPlace, { request, response, signal }: Exchange): Promise<void> {
    response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
    response.setHeader('Cache-Control', 'no-cache');
    response.setHeader('X-Accel-Buffering', 'no'); // nginx would wait for a page of it
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    request.socket.setKeepAlive(true, this.config.idleTimeoutMs); // else a reader that is gone without a word stays
    const answer = new PacedAnswer(response, signal, this.config.idleTimeoutMs);
    const events = this.logs.followShown(operationId, { offset: from.line, follow: true }, signal);
    if (!(await answer.write(DOT))) return;
    for await (const event of withQuiet(events)) {
      if (event.kind === 'lines') {
        if (!(await answer.write(Buffer.from(eventLines(event.batch, from))))) return;
      } else if (event.kind === 'end') {
        response.end(DONE);
        return;
      } else if (!(await answer.write(DOT))) return;
    }
    response.destroy();
  }
}

interface Exchange {
  readonly request: Request;
  readonly response: Response;
  readonly signal: AbortSignal;
}

/** The operation whose log the caller may read: of a public image everybody may, but only how it was built. */
function readableLog(caller: Principal, { image, making }: DescribedImage): number | undefined {
  return making && (making.kind === 'build' || isOf(caller, image)) ? making.id : undefined;
}

/** The same events, and that nothing is new whenever none has come for a second. */
async function* withQuiet(events: AsyncGenerator<LogEvent>): AsyncGenerator<LogEvent> {
  try {
    for (let next = events.next(); ;) {
      const result = await within(QUIET_MS, next);
      if (result?.done) return;
      yield result?.value ?? { kind: 'quiet' };
      if (result) next = events.next();
    }
  } finally {
    await events.return(undefined);
  }
}

/** Undefined where it takes longer. */
async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
