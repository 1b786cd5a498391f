import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Config } from '#platform/config';
import { readBody } from '../../http/body-reader.js';
import { allowBody } from '../../http/expect-continue.js';

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
    const dir = join(this.config.dataDir, 'bodies');
    await mkdir(dir, { recursive: true, mode: 0o750 });
    const path = join(dir, randomUUID());
    response.once('close', () => void rm(path, { force: true }));
    allowBody(request, response);
    await pipeline(readBody(request, this.config.idleTimeoutMs), createWriteStream(path, { mode: 0o640 }));
    request.spooledBody = { path };
    return next.handle();
  }
}
