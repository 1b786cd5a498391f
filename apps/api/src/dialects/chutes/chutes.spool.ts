import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { DomainError } from '#kernel';
import { Config } from '#platform/config';
import { readBody } from '../../http/body-reader.js';
import { allowBody } from '../../http/expect-continue.js';

/** What a form may have besides its context. */
const WORDS_BYTES = 16 * 1024 * 1024;

/** A request's whole body in a file of ours, for as long as the request lasts. */
export interface SpooledBody {
  readonly path: string;
}

type SpooledRequest = Request & { spooledBody?: SpooledBody };

/** @throws Error for a request whose body nobody has spooled */
export function bodyOf(request: SpooledRequest): SpooledBody {
  if (!request.spooledBody) throw new Error('the body of this request was not spooled');
  return request.spooledBody;
}

/** Spools the bodies of requests for which nobody has done so before. */
@Injectable()
export class BodySpool implements NestInterceptor {
  constructor(private readonly config: Config) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<ReturnType<CallHandler['handle']>> {
    const http = context.switchToHttp();
    const [request, response] = [http.getRequest<SpooledRequest>(), http.getResponse<Response>()];
    if (request.spooledBody) return next.handle();
    const limitBytes = this.config.maxImageBytes + WORDS_BYTES;
    if (Number(request.headers['content-length']) > limitBytes) throw tooLarge(limitBytes);
    const dir = join(this.config.dataDir, 'bodies');
    await mkdir(dir, { recursive: true, mode: 0o750 });
    const path = join(dir, randomUUID());
    response.once('close', () => void rm(path, { force: true }));
    allowBody(request, response);
    const body = upTo(limitBytes, readBody(request, this.config.idleTimeoutMs));
    await pipeline(body, createWriteStream(path, { mode: 0o640 }));
    request.spooledBody = { path };
    return next.handle();
  }
}

async function* upTo(limitBytes: number, bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let sum = 0;
  for await (const chunk of bytes) {
    sum += chunk.length;
    if (sum > limitBytes) throw tooLarge(limitBytes);
    yield chunk;
  }
}

const tooLarge = (limitBytes: number): DomainError =>
  new DomainError('too_large', `The body is too large: at most ${limitBytes} bytes are taken here`);
