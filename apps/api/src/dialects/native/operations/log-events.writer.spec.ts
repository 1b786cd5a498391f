import { PassThrough } from 'node:stream';
import { LogBatch, type LogEvent } from '#domain/operations';
import { PacedAnswer } from '../../../http/paced-answer.js';
import { writeEvents } from './log-events.writer.js';
import { LOG_FORMATS, type NamedFormat } from './log-types.js';

const LINE = '{"offset":0,"time":"2026-11-21T00:00:00.000Z","stream":"system","text":"one"}';
const EVENTS: readonly LogEvent[] = [
  { kind: 'quiet' },
  { kind: 'lines', batch: new LogBatch(0, 1, `${LINE}\n`) },
  { kind: 'quiet' },
  { kind: 'quiet' },
  { kind: 'end', status: 'succeeded' },
];
const MINUTE_MS = 60_000;

const form = (name: keyof typeof LOG_FORMATS): NamedFormat => ({ name, format: LOG_FORMATS[name] });

/** The events, and how many of them were taken before nobody wanted more. */
function counted(events: readonly LogEvent[]): { readonly events: AsyncGenerator<LogEvent>; taken: () => number } {
  let taken = 0;
  async function* each(): AsyncGenerator<LogEvent> {
    for (const event of events) {
      taken += 1;
      yield await Promise.resolve(event);
    }
  }
  return { events: each(), taken: () => taken };
}

describe('writeEvents', () => {
  it.each([
    [
      'sse',
      `: nothing new\n\nid: 0\ndata: ${LINE}\n\n: nothing new\n\n: nothing new\n\nevent: end\ndata: {"status":"succeeded"}\n\n`,
    ],
    ['ndjson', `${LINE}\n`],
    ['text', 'one\n'],
  ] as const)('tells in %s of silence what that form can say of it', async (name, text) => {
    const response = new PassThrough({ encoding: 'utf8' });
    const answer = new PacedAnswer(response, new AbortController().signal, MINUTE_MS);
    expect(await writeEvents(counted(EVENTS).events, form(name), answer)).toBe(true);
    expect(response.read()).toBe(text);
  });

  it('takes no more once the reader is gone', async () => {
    const gone = new AbortController();
    const response = new PassThrough();
    response.once('close', () => gone.abort());
    const answer = new PacedAnswer(response, gone.signal, MINUTE_MS);
    response.destroy();
    const { events, taken } = counted(EVENTS);
    expect(await writeEvents(events, form('sse'), answer)).toBe(false);
    expect(taken()).toBe(1);
    expect(await events.next()).toEqual({ done: true, value: undefined });
  });

  it('takes no more while the reader takes nothing, until they are gone', async () => {
    const gone = new AbortController();
    const response = new PassThrough({ highWaterMark: 20, encoding: 'utf8' });
    const answer = new PacedAnswer(response, gone.signal, MINUTE_MS);
    const { events, taken } = counted(EVENTS);
    const written = writeEvents(events, form('sse'), answer);
    gone.abort();
    expect(await written).toBe(false);
    expect(taken()).toBe(2);
    expect(response.destroyed).toBe(true);
  });
});
