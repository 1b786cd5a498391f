import { NotAcceptableException } from '@nestjs/common';
import accepts from 'accepts';
import type { Request } from 'express';
import { DomainError, FieldProblems } from '#kernel';
import type { LogBatch, LogLine, LogQuery } from '#domain/operations';
import { one, type RawQuery } from '../native.paging.js';

/** How a log is written for a reader. */
export interface LogFormat {
  readonly contentType: string;
  readonly lines: (batch: LogBatch) => string;
  /** What is sent where nothing has come for a while. */
  readonly quiet: string;
  /** What is sent when nothing comes any more. */
  readonly end: (status: string) => string;
}

/** A form and its name, by which what is written is shared among readers. */
export interface NamedFormat {
  readonly name: string;
  readonly format: LogFormat;
}

export const LOG_FORMATS = {
  ndjson: {
    contentType: 'application/x-ndjson',
    lines: (batch) => batch.text,
    quiet: '',
    end: () => '',
  },
  // As the HTML standard has it, section 9.2; the comment keeps proxies from thinking that nobody is there.
  sse: {
    contentType: 'text/event-stream',
    lines: (batch) =>
      batch
        .lines()
        .map((line, index) => `id: ${batch.firstLine + index}\ndata: ${line}\n\n`)
        .join(''),
    quiet: ': nothing new\n\n',
    end: (status) => `event: end\ndata: ${JSON.stringify({ status })}\n\n`,
  },
  text: {
    contentType: 'text/plain; charset=utf-8',
    lines: (batch) =>
      batch
        .lines()
        .map((line) => `${(JSON.parse(line) as LogLine).text}\n`)
        .join(''),
    quiet: '',
    end: () => '',
  },
} as const satisfies Record<string, LogFormat>;

type FormatName = keyof typeof LOG_FORMATS;
const BY_TYPE: Readonly<Record<string, FormatName>> = {
  'application/x-ndjson': 'ndjson',
  'application/json': 'ndjson',
  'text/event-stream': 'sse',
  'text/plain': 'text',
};

/** What `format` names, else what `Accept` prefers. @throws DomainError `invalid` for an unknown format; 406 */
export function logFormat(request: Request): NamedFormat {
  const asked = one(request.query as RawQuery, 'format');
  const name = asked === undefined ? preferred(request) : Object.keys(LOG_FORMATS).find((known) => known === asked);
  if (name === undefined) {
    throw DomainError.field('invalid', 'format', `Format must be one of ${Object.keys(LOG_FORMATS).join(', ')}`);
  }
  return { name, format: LOG_FORMATS[name as FormatName] };
}

/** Where to begin, and whether to wait. @throws DomainError `invalid` */
export function readLogQuery(request: Request): LogQuery {
  const query = request.query as RawQuery;
  const [offset, follow] = [one(query, 'offset'), one(query, 'follow') ?? 'true'];
  const last = request.get('Last-Event-ID');
  new FieldProblems()
    .check(isCount(offset ?? '0'), 'offset', 'Offset must be the number of a line; the first is 0')
    .check(isCount(last ?? '0'), 'Last-Event-ID', 'Last-Event-ID must be the number of the last line you have')
    .check(['true', 'false'].includes(follow), 'follow', 'Follow must be true or false')
    .throwIfAny();
  return { offset: last === undefined ? Number(offset ?? 0) : Number(last) + 1, follow: follow === 'true' };
}

function preferred(request: Request): FormatName {
  const type = accepts(request).types(Object.keys(BY_TYPE));
  if (typeof type === 'string') return BY_TYPE[type] ?? 'ndjson';
  throw new NotAcceptableException(`Accept must allow one of ${Object.keys(BY_TYPE).join(', ')}`);
}

const isCount = (text: string): boolean => /^\d{1,9}$/.test(text);
