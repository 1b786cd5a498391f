import type { LogEvent } from '#domain/operations';
import type { PacedAnswer } from '../../../http/paced-answer.js';
import type { NamedFormat } from './log-types.js';

/** Writes what a reader is told, as it comes, in the form they want. False where nobody reads any more: then no more is asked for. */
export async function writeEvents(
  events: AsyncIterable<LogEvent>,
  form: NamedFormat,
  answer: PacedAnswer,
): Promise<boolean> {
  for await (const event of events) {
    if (!(await answer.write(bytesOf(event, form)))) return false;
  }
  return true;
}

function bytesOf(event: LogEvent, { name, format }: NamedFormat): Buffer {
  if (event.kind === 'lines') return event.batch.as(name, format.lines);
  return Buffer.from(event.kind === 'quiet' ? format.quiet : format.end(event.status));
}
