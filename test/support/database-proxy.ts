import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

/** Messages by which a client has a statement run: Execute, and Query (PostgreSQL's manual, "Message Formats"). */
const STATEMENTS = ['E', 'Q'].map((letter) => letter.charCodeAt(0));

/** Stands between an api and PostgreSQL: counts the statements that pass, and can be away as PostgreSQL can. */
export class DatabaseProxy {
  /** Statements so far, on all connections. */
  statements = 0;
  private readonly sockets = new Set<Socket>();
  /** Those of them that lead to PostgreSQL. */
  private readonly servers = new Set<Socket>();
  private readonly server: Server;
  private port = 0;

  private constructor(private readonly target: URL) {
    this.server = createServer((client) => this.join(client));
  }

  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const proxy = new DatabaseProxy(new URL(databaseUrl));
    await proxy.comeBack();
    return proxy;
  }

  /** The database behind, by way of this. */
  get url(): string {
    const url = new URL(this.target);
    url.host = `127.0.0.1:${this.port}`;
    return url.href;
  }

  /** On connections there are, what is asked still gets to PostgreSQL, and no answer comes back. */
  withholdAnswers(): void {
    for (const server of this.servers) server.unpipe();
  }

  /** Breaks every connection off; new ones are welcome. */
  disconnect(): void {
    for (const socket of this.sockets) socket.destroy();
  }

  /** Takes no connection any more, and breaks off those there are. */
  async goAway(): Promise<void> {
    const closed = once(this.server, 'close');
    this.server.close();
    this.disconnect();
    await closed;
  }

  async comeBack(): Promise<void> {
    this.server.listen(this.port, '127.0.0.1');
    await once(this.server, 'listening');
    this.port = (this.server.address() as AddressInfo).port;
  }

  private join(client: Socket): void {
    const server = connect({ host: this.target.hostname, port: Number(this.target.port), noDelay: true });
    const messages = new MessageReader();
    client.setNoDelay().on('data', (chunk: Buffer) => {
      for (const type of messages.read(chunk)) if (STATEMENTS.includes(type)) this.statements += 1;
    });
    for (const [socket, other] of [[client, server] as const, [server, client] as const]) {
      this.sockets.add(socket);
      socket.on('error', () => undefined); // 'close' follows
      socket.once('close', () => {
        this.sockets.delete(socket);
        other.destroy();
      });
      socket.pipe(other);
    }
    this.servers.add(server);
    server.once('close', () => this.servers.delete(server));
  }
}

/** Finds the types of a client's messages: a start-up message without one, then one byte and a length for each. */
class MessageReader {
  private rest: Buffer = Buffer.alloc(0);
  private started = false;

  *read(chunk: Buffer): Generator<number> {
    this.rest = Buffer.concat([this.rest, chunk]);
    for (;;) {
      const typeBytes = this.started ? 1 : 0;
      if (this.rest.length < typeBytes + 4) return;
      const end = typeBytes + this.rest.readUInt32BE(typeBytes);
      if (this.rest.length < end) return;
      if (this.started) yield this.rest.readUInt8(0);
      this.started = true;
      this.rest = this.rest.subarray(end);
    }
  }
}
