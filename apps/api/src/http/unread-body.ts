import type { IncomingMessage, ServerResponse } from 'node:http';
import { bringsBody } from './brings-body.js';
import { awaitsContinue } from './expect-continue.js';

/** Long enough for a client to notice the answer, short enough not to take in gigabytes for nothing. */
const GRACE_MS = 5_000;

/**
 * After an answer that came before the end of the body: Node reads the rest to keep the connection, which for an image
 * may be hours. This gives the client a moment to read the answer, and then cuts.
 */
export function cutUnreadBodies(request: IncomingMessage, response: ServerResponse, next: () => void): void {
  if (!bringsBody(request)) {
    next();
    return;
  }
  response.once('finish', () => {
    if (request.complete || awaitsContinue(request)) return;
    const { socket } = request;
    const timer = setTimeout(() => socket.destroy(), GRACE_MS).unref();
    request.once('close', () => {
      clearTimeout(timer);
    });
    // A parser that nobody reads from any more would hold it back.
    request.unpipe().resume();
  });
  next();
}
