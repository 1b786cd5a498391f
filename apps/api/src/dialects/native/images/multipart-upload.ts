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

/** A word of a form; of one that comes as a file, once all of it is there. */
interface SaidWord {
  readonly word: Word;
  readonly text: string | Promise<string>;
}

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
    const said: SaidWord[] = [];
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
    const settle = (stream?: MultipartUpload['stream']): void => {
      stopWatching();
      // A copy: words behind a small file must not count by chance.
      readWords([...said]).then((fields) => resolve({ fields, ...(stream && { stream }) }), fail);
    };
    readTexts(parser, (word, text) => said.push({ word, text }));
    parser.on('file', (name, stream) => {
      if (isWord(name)) return;
      const part = STREAMS.find((known) => known === name);
      if (!part || file) return void stream.resume();
      file = stream;
      stream.on('error', () => undefined); // a push that was refused by its words listens no more
      settle({ part, file });
    });
    parser.on('finish', () => {
      if (!file) settle();
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

/** Those that have something to say; the last of each counts. @throws DomainError `invalid` for one that is too long */
async function readWords(said: readonly SaidWord[]): Promise<MultipartUpload['fields']> {
  const fields: MultipartUpload['fields'] = {};
  for (const { word, text } of said) {
    const value = await text;
    if (Buffer.byteLength(value) > WORDS[word]) throw wordTooLong(word);
    if (value !== '') fields[word] = value;
  }
  return fields;
}

/** Calls `add` with each word in order, whether it comes as a text or as a file, whose bytes come a moment later. */
function readTexts(parser: BusboyInstance, add: (word: Word, text: string | Promise<string>) => void): void {
  parser.on('field', (name, value) => {
    if (isWord(name)) add(name, value);
  });
  parser.on('file', (name, stream) => {
    if (isWord(name)) add(name, collect(stream, WORDS[name]));
  });
}

/** The whole of a small part; of a larger one more than it may have. Where the form fails, that is told by the form. */
function collect(stream: Readable, maxBytes: number): Promise<string> {
  const pieces: Buffer[] = [];
  let sizeBytes = 0;
  stream.on('data', (piece: Buffer) => {
    if (sizeBytes <= maxBytes) pieces.push(piece);
    sizeBytes += piece.length;
  });
  stream.on('error', () => undefined);
  return new Promise((resolve) => stream.once('end', () => resolve(Buffer.concat(pieces).toString())));
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
