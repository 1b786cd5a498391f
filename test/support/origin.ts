import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/** Answers a request; `nth` is how many there have been on this path, this one included. */
export type Behaviour = (request: IncomingMessage, response: ServerResponse, nth: number) => void;

/** What a server saw of a request. */
export interface SeenRequest {
  readonly method: string;
  /** Path and query; with a proxy all of the URL. */
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
}

/** A server of files as one finds them on the Internet, on all addresses of this machine: each path as well behaved as told. */
export class Origin {
  /** Requests so far, oldest first. */
  readonly requests: SeenRequest[] = [];
  /** The address that each connection so far was made to. */
  readonly connections: string[] = [];
  private readonly sockets = new Set<Socket>();
  private readonly paths = new Map<string, Behaviour>();
  private readonly server: Server;

  private constructor(tls: { key: string; cert: string } | undefined) {
    const listener: RequestListener = (request, response) => this.answer(request, response);
    this.server = tls ? createSecureServer(tls, listener) : createServer(listener);
    this.server.on('connection', (socket: Socket) => {
      this.connections.push((socket.localAddress ?? '').replace(/^::ffff:/, ''));
      this.sockets.add(socket);
      socket.once('close', () => this.sockets.delete(socket));
    });
  }

  /** Serves nothing but 404 before `on`; https with a key and its certificate (PEM). */
  static async start(tls?: { key: string; cert: string }): Promise<Origin> {
    const origin = new Origin(tls);
    origin.server.listen(0);
    await once(origin.server, 'listening');
    return origin;
  }

  get port(): number {
    // What listens on a port has such an address.
    return (this.server.address() as AddressInfo).port;
  }

  /** Connections that are there now. */
  get open(): number {
    return this.sockets.size;
  }

  /** From now on requests of `path`, whatever their query, are answered so; their count begins anew. */
  on(path: string, behaviour: Behaviour): this {
    this.paths.set(path, behaviour);
    this.forget();
    return this;
  }

  /** From now on CONNECT is answered so, as a proxy does; `host` is `name:port`. */
  onConnect(behaviour: (host: string, socket: Duplex) => void): this {
    this.server.removeAllListeners('connect').on('connect', (request, socket) => behaviour(request.url ?? '', socket));
    return this;
  }

  /** Empties the records of what came. */
  forget(): void {
    this.requests.length = 0;
    this.connections.length = 0;
  }

  url(path: string, host = '127.0.0.1', scheme = 'http'): string {
    return `${scheme}://${host}:${this.port}${path}`;
  }

  /** Ends all connections, however busy, and takes no more. */
  async close(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  private answer(request: IncomingMessage, response: ServerResponse): void {
    const { method = '', url = '', headers } = request;
    this.requests.push({ method, url, headers });
    const path = pathOf(url);
    const nth = this.requests.filter((it) => pathOf(it.url) === path).length;
    const behaviour = this.paths.get(path);
    if (behaviour) behaviour(request, response, nth);
    else response.writeHead(404).end();
  }
}

function pathOf(url: string): string {
  return new URL(url, 'http://origin.test').pathname;
}
