import type { Readable } from 'node:stream';
import { type BusboyHeaders, type BusboyInstance, Busboy } from '@fastify/busboy';
import type { Request } from 'express';
import { DomainError } from '#kernel';
import { bodyCutOff, bodyTimedOut } from '../../../http/body-reader.js';

/** The words of a form, and how many bytes each may have. */
const WORDS = {
  name: 4096,
  tag: 4096,
  namespace: 4096,
  format: 4096,
  compression: 4096,
  build: 65_536,
  dockerfile: 2 ** 20,
} as const;
type Word = keyof typeof WORDS;

/** The parts that are streamed: an image, or what a Dockerfile may copy from. */
const STREAMS = ['file', 'build_context'] as const;

/** The words of a multipart push that came before its file, and the file as it comes. */
export interface MultipartUpload {
  readonly fields: Partial<Record<Word, string>>;
  /** Absent where the form has none: then `fields` are all there are. */
  readonly stream?: { readonly part: (typeof STREAMS)[number]; readonly file: Readable };
}

/**
 * Reads `multipart/form-data` (RFC 7578) up to the first part that is streamed. Words go before that, or into the query: nothing
 * behind it can be known in time. A word may come as a file.
 * @throws DomainError `invalid`, `incomplete_body`, `timeout`
 */
export function readMultipartUpload(request: Request, idleTimeoutMs: number): Promise<MultipartUpload> {
  return new Promise((resolve, reject) => {
    const parser = openParser(request);
    const fields: MultipartUpload['fields'] = {};
    let file: Readable | undefined;
    const fail = (error: DomainError): void => {
      stopWatching();
      request.unpipe(parser);
      file?.destroy(error);
      reject(error); // without effect once the file is there
    };
    const stopWatching = watchForSilence(request, idleTimeoutMs, () => {
      fail(bodyTimedOut(idleTimeoutMs));
    });
    readTexts(parser, (word, value) => {
      if (Buffer.byteLength(value) > WORDS[word]) fail(wordTooLong(word));
      else if (value !== '') fields[word] = value;
    });
    parser.on('file', (name, stream) => {
      if (isWord(name)) return;
      const part = STREAMS.find((known) => known === name);
      if (!part || file) return void stream.resume();
      stopWatching();
      file = stream;
      stream.on('error', () => undefined); // a push that was refused by its words listens no more
      resolve({ fields: { ...fields }, stream: { part, file } }); // a copy: words behind a small file must not count by chance
    });
    parser.on('finish', () => {
      stopWatching();
      if (!file) resolve({ fields });
    });
    parser.on('error', (error) => {
      fail(notMultipart(error));
    });
    request.once('aborted', () => {
      fail(bodyCutOff());
    });
    request.pipe(parser);
  });
}

const isWord = (name: string): name is Word => Object.hasOwn(WORDS, name);

/** Calls `keep` with each word, whether it comes as a text or as a file. */
function readTexts(parser: BusboyInstance, keep: (word: Word, value: string) => void): void {
  parser.on('field', (name, value) => {
    if (isWord(name)) keep(name, value);
  });
  parser.on('file', (name, stream) => {
    if (isWord(name)) collect(stream, WORDS[name], (text) => keep(name, text));
  });
}

/** The whole of a small part; of a larger one a byte more than it may have. */
function collect(stream: Readable, maxBytes: number, keep: (text: string) => void): void {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  stream.on('data', (piece: Buffer) => {
    if (sizeBytes <= maxBytes) pieces.push(piece);
    sizeBytes += piece.length;
  });
  stream.once('end', () => keep(Buffer.concat(pieces).toString()));
  stream.on('error', () => undefined); // the form itself has failed
}

/** Calls back once nothing has come for `idleTimeoutMs`. Returns how to stop watching. */
function watchForSilence(request: Request, idleTimeoutMs: number, onSilence: () => void): () => void {
  const timer = setTimeout(onSilence, idleTimeoutMs);
  const onData = (): void => void timer.refresh();
  request.on('data', onData);
  return () => {
    clearTimeout(timer);
    request.off('data', onData);
  };
}

function openParser(request: Request): BusboyInstance {
  try {
    return new Busboy({
      headers: request.headers as BusboyHeaders,
      limits: { fields: 16, fieldSize: WORDS.dockerfile + 1, parts: 32 },
    });
  } catch (error) {
    throw notMultipart(error);
  }
}

const wordTooLong = (word: Word): DomainError =>
  DomainError.field('invalid', word, `${word} is too long: it may have ${WORDS[word]} bytes`);

const notMultipart = (cause: unknown): DomainError =>
  new DomainError('invalid', 'The multipart body cannot be read', {
    fields: { file: ['The multipart body cannot be read'] },
    cause,
  });
