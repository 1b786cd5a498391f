import { createHash, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { LogFollower } from './chutes-log.js';
import type { Hotkey } from './hotkeys.js';
import { zipOf } from './zip.js';

/** What the dialect answered; `body` is parsed where it is JSON. */
export interface ChutesAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** How a client proves who it is. */
export type ChutesIdentity = { readonly signer: Hotkey } | { readonly token?: string | undefined };

/** A part of a form, as it is sent. */
export interface ChutesPart {
  readonly name: string;
  readonly value: string | Buffer;
  /** Makes a file of it. */
  readonly filename?: string;
}

const SDK_VERSION = '0.6.10';

/** What the SDK sends of a build, in its order; `fields` stand over it, and undefined ones are left out. */
export function buildParts(fields: Readonly<Record<string, string | Buffer | undefined>>): ChutesPart[] {
  const all: Record<string, string | Buffer | undefined> = {
    username: undefined,
    name: 'demo',
    tag: '1.0',
    readme: '',
    dockerfile: 'FROM scratch\n',
    public: 'False',
    logo_id: '__none__',
    wait: 'False',
    image: 'gASVBAAAAAAAAABLAS4=',
    build_context: zipOf({ name: 'app.py', content: 'print("hello")\n' }),
    ...fields,
  };
  return Object.entries(all).flatMap(([name, value]) => {
    if (value === undefined) return [];
    return typeof value === 'string' ? { name, value } : { name, value, filename: 'chute.zip' };
  });
}

/** `multipart/form-data` as the SDK's HTTP library writes it: the type of a part stands before its disposition. */
export function chutesForm(parts: readonly ChutesPart[], boundary = randomUUID().replaceAll('-', '')): Buffer {
  const bytes = parts.flatMap(({ name, value, filename }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Type: ${filename ? 'application/zip' : 'text/plain; charset=utf-8'}\r\n` +
        `Content-Disposition: form-data; name="${name}"${filename ? `; filename="${filename}"` : ''}\r\n\r\n`,
    ),
    Buffer.from(value),
    Buffer.from('\r\n'),
  ]);
  return Buffer.concat([...bytes, Buffer.from(`--${boundary}--\r\n`)]);
}

/** Calls the Chutes dialect as its SDK does, byte for byte (the contract's 1.4, 4.2 and 4.3). */
export class ChutesClient {
  /** `prefix` is where the images are: the SDK knows `/images` alone. */
  constructor(
    readonly url: string,
    private readonly identity: ChutesIdentity,
    private readonly prefix: '/images' | '/chutes/images' = '/images',
  ) {}

  list(query = 'include_public=False&limit=25&page=0'): Promise<ChutesAnswer> {
    return this.call('GET', `/${query === '' ? '' : `?${query}`}`);
  }

  get(image: string): Promise<ChutesAnswer> {
    return this.call('GET', `/${image}`);
  }

  delete(image: string): Promise<ChutesAnswer> {
    return this.call('DELETE', `/${image}`);
  }

  build(parts: readonly ChutesPart[], headers: Readonly<Record<string, string>> = {}): Promise<ChutesAnswer> {
    const boundary = randomUUID().replaceAll('-', '');
    const type = `multipart/form-data; boundary=${boundary}`;
    return this.post(chutesForm(parts, boundary), { 'Content-Type': type, ...headers });
  }

  post(body: Buffer, headers: Readonly<Record<string, string>>): Promise<ChutesAnswer> {
    return this.call('POST', '/', { body, headers: { 'X-Chutes-Version': SDK_VERSION, ...headers } });
  }

  /** The answer to a request for a log, its body unread. */
  openLog(id: string, offset?: string): Promise<IncomingMessage> {
    return this.send('GET', `/${id}/logs${offset === undefined ? '' : `?offset=${encodeURIComponent(offset)}`}`);
  }

  /** What `build --wait` prints. */
  follow(id: string): Promise<string[]> {
    return new LogFollower((offset) => this.openLog(id, offset)).run();
  }

  async call(method: string, path: string, how: Sent = {}): Promise<ChutesAnswer> {
    const answer = await this.send(method, path, how);
    const { statusCode: status = 0, headers } = answer;
    const body = await text(answer);
    const isJson = headers['content-type']?.startsWith('application/json') ?? false;
    return { status, headers, body: isJson ? JSON.parse(body) : body };
  }

  async send(method: string, path: string, { body, headers = {} }: Sent = {}): Promise<IncomingMessage> {
    const length = body?.length ?? (method === 'DELETE' ? 0 : undefined);
    const sending = request(this.url + this.prefix + path, {
      method,
      agent: false,
      headers: {
        ...this.proof(body),
        ...(length === undefined ? {} : { 'Content-Length': length }),
        ...headers,
      },
    });
    sending.on('error', () => undefined); // an answer may come before all is sent, which then cannot be
    sending.end(body);
    const [answer] = (await once(sending, 'response')) as [IncomingMessage];
    return answer;
  }

  private proof(body: Buffer | undefined): Readonly<Record<string, string>> {
    // The SDK always says whose key it is, which nobody reads.
    const user = { 'X-Chutes-UserID': 'somebody' };
    if ('signer' in this.identity) {
      const signed = body ? createHash('sha256').update(body).digest('hex') : 'images';
      return { ...user, ...this.identity.signer.headers(signed) };
    }
    const { token } = this.identity;
    return token === undefined ? user : { ...user, Authorization: `Bearer ${token}` };
  }
}

interface Sent {
  readonly body?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}
