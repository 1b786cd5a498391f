import type { IncomingMessage, Server, ServerResponse } from 'node:http';

const waiting = new WeakSet<IncomingMessage>();

/**
 * Leaves `Expect: 100-continue` (RFC 9110, section 10.1.1) to whoever reads the body, so that a request refused by its
 * head gets its final answer at once and its body is never sent. Without `allowBody` the connection closes after that
 * answer, since nobody can tell whether the body still comes.
 */
export function leaveContinueToReaders(server: Server): void {
  server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(request);
    response.shouldKeepAlive = false;
    server.emit('request', request, response);
  });
}

/** Tells a client that waits for it to send its body. */
export function allowBody(request: IncomingMessage, response: ServerResponse): void {
  if (!waiting.delete(request)) return;
  response.shouldKeepAlive = true;
  response.writeContinue();
}

/** Whether the client holds its body back until `allowBody`. */
export function awaitsContinue(request: IncomingMessage): boolean {
  return waiting.has(request);
}
