import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';

const BOUNDARY = 'a-boundary-of-the-bench';

export const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;

/** A part with many bytes, which are made anew whenever they are asked for. */
export interface LargePart {
  readonly name: string;
  readonly sizeBytes: number;
  readonly bytes: () => AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** `multipart/form-data` (RFC 7578) whose last part is the large one. */
export class Form {
  private readonly head: Buffer;
  private readonly tail = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);
  private readonly file: LargePart;

  constructor(words: Readonly<Record<string, string>>, file: LargePart) {
    const said = Object.entries(words).map(([name, value]) => `${disposition(name)}\r\n\r\n${value}\r\n`);
    const type = 'Content-Type: application/octet-stream';
    this.head = Buffer.from(`${said.join('')}${disposition(file.name)}; filename="context"\r\n${type}\r\n\r\n`);
    this.file = file;
  }

  get sizeBytes(): number {
    return this.head.length + this.file.sizeBytes + this.tail.length;
  }

  async *bytes(): AsyncGenerator<Buffer, void, undefined> {
    yield this.head;
    yield* this.file.bytes();
    yield this.tail;
  }

  /** In hex. */
  async sha256(): Promise<string> {
    const hash = createHash('sha256');
    for await (const piece of this.bytes()) hash.update(piece);
    return hash.digest('hex');
  }
}

/** @returns what the server says of the image it took; @throws Error for any other answer than 202 */
export async function postForm(
  url: string,
  headers: Readonly<Record<string, string>>,
  form: Form,
): Promise<{ headers: IncomingHttpHeaders; body: unknown }> {
  const all = { ...headers, 'Content-Type': FORM_TYPE, 'Content-Length': form.sizeBytes };
  const sending = request(url, { method: 'POST', headers: all, agent: false });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  await Promise.all([pipeline(Readable.from(form.bytes(), { objectMode: false }), sending), answered]);
  const [answer] = await answered;
  const body = await text(answer);
  if (answer.statusCode !== 202) throw new Error(`POST ${url} answered ${answer.statusCode}: ${body}`);
  return { headers: answer.headers, body: JSON.parse(body) };
}

const disposition = (name: string): string => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"`;
