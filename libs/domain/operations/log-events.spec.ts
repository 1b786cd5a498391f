import { LogBatch } from './log-batch.js';
import { logEvents } from './log-events.js';
import type { OperationStatus } from './operation.js';
import { WatchedOperation } from './watched-operation.js';

const { jest } = import.meta; // ES modules have it from nowhere else

describe('logEvents', () => {
  let version: number;
  let status: OperationStatus;
  /** What is written of the log. */
  let lines: string[];
  let operation: WatchedOperation;
  let gone: AbortController;
  beforeEach(() => {
    jest.useFakeTimers();
    [version, status, lines, gone] = [0, 'running', [], new AbortController()];
    operation = new WatchedOperation(() => ++version);
  });
  afterEach(() => void jest.useRealTimers());

  const reads = {
    status: () => Promise.resolve(status),
    lines: (from: number) => {
      const text = lines.slice(from).join('');
      return Promise.resolve(text === '' ? undefined : new LogBatch(from, lines.length, text));
    },
  };

  /** Reads on and on: what it was told so far, and the end of that. */
  function follow(): { readonly told: string[]; readonly end: Promise<void> } {
    const told: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of logEvents(operation, reads, { offset: 0, follow: true }, gone.signal)) {
        if (event.kind === 'lines') told.push(...event.batch.lines());
        else told.push(event.kind === 'end' ? event.status : event.kind);
      }
    };
    return { told, end: read() };
  }
  const pass = (ms: number): Promise<void> => jest.advanceTimersByTimeAsync(ms);

  it('tells every 15 s that nothing is new', async () => {
    const { told } = follow();
    await pass(14_999);
    expect(told).toEqual([]);
    await pass(1);
    expect(told).toEqual(['quiet']);
    await pass(30_000);
    expect(told).toEqual(['quiet', 'quiet', 'quiet']);
  });

  it('counts the 15 s from what came last', async () => {
    const { told } = follow();
    await pass(10_000);
    lines.push('one\n');
    operation.wake();
    await pass(14_999);
    expect(told).toEqual(['one']);
    await pass(1);
    expect(told).toEqual(['one', 'quiet']);
  });

  it('looks then whether something is new of which nobody told', async () => {
    const { told, end } = follow();
    await pass(0);
    lines.push('one\n');
    await pass(15_000);
    expect(told).toEqual(['quiet', 'one']);
    status = 'succeeded';
    await pass(15_000);
    await end;
    expect(told).toEqual(['quiet', 'one', 'quiet', 'succeeded']);
  });

  it('ends at once when its reader is gone, without a word to them or others, and waits for nothing any more', async () => {
    const { told, end } = follow();
    await pass(20_000);
    const before = operation.version;
    gone.abort();
    await end;
    expect(told).toEqual(['quiet']);
    expect(operation.version).toBe(before);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('ends with the work, and waits for nothing any more', async () => {
    const { told, end } = follow();
    await pass(0);
    status = 'failed';
    operation.wake();
    await end;
    expect(told).toEqual(['failed']);
    expect(jest.getTimerCount()).toBe(0);
  });
});
