import type { Readable } from 'node:stream';
import { type BusboyHeaders, type BusboyInstance, Busboy } from '@fastify/busboy';
import type { Request } from 'express';
import { DomainError } from '#kernel';
import { bodyCutOff, bodyTimedOut } from '../../../http/body-reader.js';

const WORDS = ['name', 'tag', 'namespace', 'format', 'compression'] as const;
type Word = (typeof WORDS)[number];

/** The words of a multipart push that came before its file, and the file as it comes. */
export interface MultipartUpload {
  readonly fields: Partial<Record<Word, string>>;
  readonly file: Readable;
}

/**
 * Reads `multipart/form-data` (RFC 7578) up to the part `file`. Words go before the file, or into the query: the file is
 * streamed, so nothing behind it can be known in time.
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
    parser.on('field', (name, value) => {
      const word = WORDS.find((known) => known === name);
      if (word && value !== '') fields[word] = value;
    });
    parser.on('file', (name, stream) => {
      if (name !== 'file' || file) return void stream.resume();
      stopWatching();
      file = stream;
      stream.on('error', () => undefined); // a push that was refused by its words listens no more
      resolve({ fields: { ...fields }, file: stream }); // a copy: words behind a small file must not count by chance
    });
    parser.on('finish', () => {
      if (!file) fail(DomainError.field('invalid', 'file', 'File field required'));
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
      limits: { fields: 16, fieldSize: 4096, parts: 32 },
    });
  } catch (error) {
    throw notMultipart(error);
  }
}

const notMultipart = (cause: unknown): DomainError =>
  new DomainError('invalid', 'The multipart body cannot be read', {
    fields: { file: ['The multipart body cannot be read'] },
    cause,
  });
