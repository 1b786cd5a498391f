/** What an endpoint answered. `body` is the parsed JSON, or the text where it is none, or undefined where it is empty. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

export interface Call {
  readonly json?: unknown;
  readonly raw?: Uint8Array | ReadableStream | FormData;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Calls the native API as one user, or as nobody. */
export class NativeClient {
  constructor(
    readonly url: string,
    readonly token?: string,
  ) {}

  get(path: string, call?: Call): Promise<Answer> {
    return this.call('GET', path, call);
  }
  post(path: string, json?: unknown): Promise<Answer> {
    return this.call('POST', path, { json });
  }
  patch(path: string, json: unknown): Promise<Answer> {
    return this.call('PATCH', path, { json });
  }
  delete(path: string): Promise<Answer> {
    return this.call('DELETE', path);
  }

  /** Pushes bytes as an image; `query` is e.g. `name=x&tag=y`. */
  push(query: string, bytes: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return this.call('POST', `/images?${query}`, {
      raw: bytes,
      headers: { 'Content-Type': 'application/x-qemu-disk', ...headers },
    });
  }

  /** An image's file. */
  async pull(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Buffer> {
    const response = await this.send('GET', path, { headers });
    return Buffer.from(await response.arrayBuffer());
  }

  async call(method: string, path: string, call: Call = {}): Promise<Answer> {
    const response = await this.send(method, path, call);
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: parse(text) };
  }

  /** The response with its body unread. */
  send(method: string, path: string, { json, raw, headers = {} }: Call = {}): Promise<Response> {
    const body = json === undefined ? raw : JSON.stringify(json);
    return fetch(this.url + path, {
      method,
      headers: {
        ...(this.token === undefined ? {} : { Authorization: `Bearer ${this.token}` }),
        ...(json === undefined ? {} : { 'Content-Type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body }),
    });
  }
}

function parse(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
