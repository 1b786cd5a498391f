import type { ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';

/** Sends JSON as it is: of what Express would do besides (entity tags, freshness, charsets, a copy) no answer here needs any. */
export function sendJson(response: ServerResponse, body: object): void {
  const text = JSON.stringify(body);
  const lengthBytes = Buffer.byteLength(text);
  response.setHeader('Content-Type', 'application/json; charset=utf-8');
  response.setHeader('Content-Length', lengthBytes);
  response.end(text, lengthBytes === text.length ? 'latin1' : 'utf8'); // of pure ASCII both give the same, one sooner
}

/** Express for Nest, with our own way to send what a controller returns. */
export class JsonAdapter extends ExpressAdapter {
  override reply(response: ServerResponse, body: unknown, statusCode?: number): unknown {
    if (typeof body !== 'object' || body === null) return super.reply(response, body, statusCode);
    if (statusCode !== undefined) response.statusCode = statusCode;
    sendJson(response, body);
    return response;
  }
}
