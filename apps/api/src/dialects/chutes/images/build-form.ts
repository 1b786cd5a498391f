import type { Readable } from 'node:stream';
import { setImmediate } from 'node:timers/promises';
import { type BusboyInstance, Busboy } from '@fastify/busboy';
import { DomainError } from '#kernel';
import { releaseMemory } from '#platform/storage';
import { bodyCutOff, readBody } from '../../../http/body-reader.js';

/** What a text of the form may have; the context may have more. */
const MAX_TEXT_BYTES = 1024 * 1024;

/** A form that can be read again and again. */
export interface FormBody {
  /** With the boundary. */
  readonly contentType: string;
  /** From its first byte. */
  readonly open: () => Readable;
}

/** What a form says: its texts by name, and which parts are files. */
export interface FormWords {
  readonly texts: ReadonlyMap<string, string>;
  readonly files: ReadonlySet<string>;
}

/** Reads all of a `multipart/form-data` body (RFC 7578) but the bytes of files. @throws DomainError `invalid` */
export function readWords({ contentType, open }: FormBody): Promise<FormWords> {
  const parser = openParser(contentType);
  const [texts, files] = [new Map<string, string>(), new Set<string>()];
  return new Promise((resolve, reject) => {
    const body = open();
    const fail = (error: Error): void => {
      body.destroy();
      reject(error);
    };
    parser.on('field', (name, value, _nameTruncated, valueTruncated) => {
      if (valueTruncated) fail(textTooLong(name));
      else texts.set(name, value);
    });
    parser.on('file', (name, stream) => {
      files.add(name);
      stream.on('error', (error) => fail(notMultipart(error)));
      stream.on('data', () => undefined);
    });
    parser.once('partsLimit', () => fail(notMultipart()));
    parser.once('error', (error) => fail(notMultipart(error)));
    parser.once('finish', () => resolve({ texts, files }));
    feed(parser, body).catch((error: unknown) => fail(bodyCutOff(error)));
  });
}

/** Gives a parser the whole of a body of which no bytes are kept: a piece is freed once others had a turn to look at it. */
async function feed(parser: BusboyInstance, body: Readable): Promise<void> {
  // A stream of bytes is typed any.
  for await (const piece of body as AsyncIterable<Buffer>) {
    await new Promise<void>((resolve) => void parser.write(piece, () => resolve()));
    await setImmediate();
    releaseMemory(piece);
  }
  parser.end();
}

/** The bytes of the first file of a name, as they are taken; of a form that `readWords` has found well. */
export async function* fileBytes(form: FormBody, name: string): AsyncGenerator<Buffer, void, undefined> {
  const parser = openParser(form.contentType);
  const body = form.open();
  try {
    const file = await new Promise<Readable | undefined>((resolve, reject) => {
      parser.on('file', (found, stream) => {
        if (found === name) resolve(stream);
        else stream.resume();
      });
      parser.once('finish', () => resolve(undefined));
      parser.once('error', (error) => reject(notMultipart(error)));
      body.once('error', (error) => reject(bodyCutOff(error)));
      body.pipe(parser);
    });
    if (file) yield* readBody(file, NEVER_MS);
  } finally {
    body.unpipe(parser).destroy();
  }
}

/** Nobody is waited for: the bytes are on our disk. */
const NEVER_MS = 2 ** 31 - 1;

function openParser(contentType: string): BusboyInstance {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: MAX_TEXT_BYTES, parts: 64 },
    });
  } catch (error) {
    throw notMultipart(error);
  }
}

const notMultipart = (cause?: unknown): DomainError =>
  new DomainError('invalid', 'The multipart body cannot be read', { cause });

const textTooLong = (name: string): DomainError =>
  new DomainError('invalid', `The part ${name} exceeded its maximum size of ${MAX_TEXT_BYTES / 1024} KiB`);
