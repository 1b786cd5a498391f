import type { LogBatch, LogLine } from '#domain/operations';
import { UnprocessableError } from '../chutes.validation.js';

/** Where a reader goes on: a line of ours, and of a long one the part, since it is sent in several. */
export interface LogPlace {
  readonly line: number;
  readonly part: number;
}

const OFFSET = /^(\d{1,9})(?:-(\d{1,9}))?$/;

/** What a line that is sent may have of a text, in UTF-16: in JSON that is 48 KiB at most (clients fail at 128). */
const PART_LENGTH = 8 * 1024;

/** The start where there is none. @throws UnprocessableError for what no line of ours had as its `offset` */
export function readOffset(text: string | undefined): LogPlace {
  if (text === undefined || text === '') return { line: 0, part: 0 };
  const [found, line, part = '0'] = OFFSET.exec(text) ?? [];
  if (found !== undefined) return { line: Number(line), part: Number(part) };
  const msg = "Value error, send the 'offset' of the last line you have, as it came";
  throw new UnprocessableError([{ type: 'value_error', loc: ['query', 'offset'], msg, input: text }]);
}

/** Lines as the contract has them (1.5): each with where the next begins, which is where to go on without loss. */
export function eventLines(batch: LogBatch, from: LogPlace): string {
  return batch
    .lines()
    .map((line) => JSON.parse(line) as LogLine)
    .map((line) => eventsOf(line, line.offset === from.line ? from.part : 0))
    .join('');
}

/** The texts alone. */
export function plainLines(batch: LogBatch): string {
  return batch
    .lines()
    .map((line) => `${(JSON.parse(line) as LogLine).text}\n`)
    .join('');
}

function eventsOf({ offset: line, stream, text }: LogLine, fromPart: number): string {
  const parts = partsOf(text.trim());
  const log_type = stream === 'stderr' ? 'stderr' : 'stdout';
  return parts
    .map((log, part) => {
      const next = part + 1 < parts.length ? `${line}-${part + 1}` : `${line + 1}-0`;
      return part < fromPart ? '' : `data: ${JSON.stringify({ log: { log_type, log }, offset: next })}\n`;
    })
    .join('');
}

/** At least one; no character is cut in two. */
function partsOf(text: string): string[] {
  const parts: string[] = [];
  let start = 0;
  do {
    const end = start + PART_LENGTH;
    const isCut = /[\uD800-\uDBFF]/.test(text.charAt(end - 1)) && end < text.length;
    parts.push(text.slice(start, isCut ? end - 1 : end));
    start = isCut ? end - 1 : end;
  } while (start < text.length);
  return parts;
}
