import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';

/** How long a connection may still bring the head of a request; one opened for later use never does. */
const HEAD_GRACE_MS = 1_000;

/** Shutting down without cutting anybody off. */
@Injectable()
export class Drain {
  private readonly beginning = new AbortController();
  private readonly connections = new Set<Socket>();
  private readonly running = new Set<Response>();

  get isDraining(): boolean {
    return this.begins.aborted;
  }

  /** Fires when it begins: answers that would go on for as long as one likes end then. */
  get begins(): AbortSignal {
    return this.beginning.signal;
  }

  /** Knows a server's connections from here on, also those on which no request comes. */
  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.connections.add(socket);
      socket.once('close', () => this.connections.delete(socket));
    });
  }

  /** Sees to it that no connection outlives its request once we drain: one kept open would hold up the end. */
  readonly middleware = (request: Request, response: Response, next: NextFunction): void => {
    this.running.add(response);
    if (this.isDraining) askToClose(response);
    response.once('close', () => {
      this.running.delete(response);
      if (this.isDraining) request.socket.destroySoon();
    });
    next();
  };

  /** Takes no new connection, lets running requests end, and cuts those that have not after `timeoutMs`. */
  async run(server: Server, timeoutMs: number): Promise<void> {
    for (const response of this.running) askToClose(response);
    this.beginning.abort();
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    const timers = [
      setTimeout(() => this.closeSilentConnections(), HEAD_GRACE_MS),
      setTimeout(() => server.closeAllConnections(), timeoutMs),
    ];
    await closed;
    timers.forEach(clearTimeout);
  }

  /** Node counts a connection as idle only after its first request, and after `close` no longer times it out. */
  private closeSilentConnections(): void {
    const busy = new Set([...this.running].map((response) => response.req.socket));
    for (const socket of this.connections) if (!busy.has(socket)) socket.destroy();
  }
}

/** Tells a client to take its next request elsewhere, if it can still be told. */
function askToClose(response: Response): void {
  if (!response.headersSent) response.setHeader('Connection', 'close');
}
