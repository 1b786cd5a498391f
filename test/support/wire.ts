import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/** One answer as it came over the wire. */
export interface WireAnswer {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  /** Parsed JSON; undefined where there is no body. */
  readonly body: unknown;
}

export type WireHeaders = Readonly<Record<string, string | number>>;

/** A connection on which a test decides byte by byte what is sent, and sees which answer came before what. */
export class Wire {
  private received = Buffer.alloc(0);
  private readonly closing: Promise<unknown>;

  private constructor(
    private readonly socket: Socket,
    private readonly token: string | undefined,
  ) {
    socket.on('data', (chunk: Buffer) => (this.received = Buffer.concat([this.received, chunk])));
    socket.on('error', () => undefined); // 'close' follows, which is what tests wait for
    this.closing = new Promise((resolve) => socket.once('close', resolve));
  }

  /** Connects to an api as the caller with `token`, or as nobody. */
  static async open({ url, token }: { readonly url: string; readonly token?: string | undefined }): Promise<Wire> {
    const { hostname, port } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port), noDelay: true });
    await once(socket, 'connect');
    return new Wire(socket, token);
  }

  /** Sends a request's head, and no byte of its body. */
  sendHead(method: string, path: string, headers: WireHeaders = {}): void {
    const all = {
      Host: 'wire.test',
      ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
      ...headers,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
    this.socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`);
  }

  /** Sends bytes, and waits until the system has taken them. */
  async send(bytes: Uint8Array | string): Promise<void> {
    await new Promise((resolve) => this.socket.write(bytes, resolve));
  }

  /** Sends bytes one by one, with 300 ms between them. */
  async dribble(bytes: Uint8Array): Promise<void> {
    for (const byte of bytes) {
      await this.send(Uint8Array.of(byte));
      await delay(300);
    }
  }

  /** Sends bytes as one chunk of a chunked body; none is the end of it. */
  sendChunk(bytes: Uint8Array = new Uint8Array()): Promise<void> {
    return this.send(Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n')]));
  }

  /** The next answer, `100 Continue` included. Fails when the connection ends before it. */
  async answer(): Promise<WireAnswer> {
    const headEnd = await this.until(() => this.received.indexOf('\r\n\r\n') + 1);
    const [statusLine = '', ...lines] = this.received
      .subarray(0, headEnd - 1)
      .toString('latin1')
      .split('\r\n');
    const headers = Object.fromEntries(lines.map(parseHeader));
    const bodyStart = headEnd + 3;
    const bodyEnd = bodyStart + Number(headers['content-length'] ?? 0);
    await this.until(() => this.received.length >= bodyEnd);
    const text = this.received.subarray(bodyStart, bodyEnd).toString();
    this.received = this.received.subarray(bodyEnd);
    return { status: Number(statusLine.split(' ')[1]), headers, body: text === '' ? undefined : JSON.parse(text) };
  }

  /** Stops taking what is sent to us. */
  stopReading(): void {
    this.socket.pause();
  }

  /** Takes it again. */
  readOn(): void {
    this.socket.resume();
  }

  /** Resolves when the connection is gone; how many bytes came and were not part of an answer that was asked for. */
  async closed(): Promise<number> {
    await this.closing;
    return this.received.length;
  }

  /** Ends our half: the other side may still answer. */
  end(): void {
    this.socket.end();
  }

  /** Breaks the connection off. */
  cut(): void {
    this.socket.destroy();
  }

  private async until<T>(probe: () => T | false | 0): Promise<T> {
    for (;;) {
      const found = probe();
      if (found !== false && found !== 0) return found;
      if (this.socket.closed) throw new Error(`the connection ended after ${this.received.length} bytes of an answer`);
      await Promise.race([new Promise((resolve) => this.socket.once('data', resolve)), this.closing]);
    }
  }
}

function parseHeader(line: string): [string, string] {
  const at = line.indexOf(':');
  return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()];
}
