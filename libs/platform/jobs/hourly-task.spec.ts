import { Logger } from '@nestjs/common';
import { HourlyTask } from './hourly-task.js';

const { jest } = import.meta; // ES modules have it from nowhere else

const HOUR_MS = 3_600_000;

/** Counts its attempts; the `nth` that fail do so. */
function counted(...failing: readonly number[]): { readonly work: () => Promise<void>; count: () => number } {
  let count = 0;
  const work = (): Promise<void> => {
    count += 1;
    return failing.includes(count) ? Promise.reject(new Error('the database is away')) : Promise.resolve();
  };
  return { work, count: () => count };
}

describe('HourlyTask', () => {
  const errors: unknown[] = [];
  const logger = Object.assign(new Logger('HourlyTask'), { error: (fields: unknown) => void errors.push(fields) });
  const taskOf = (work: () => Promise<void>): HourlyTask => new HourlyTask('keeps order', work, logger);

  beforeEach(() => {
    jest.useFakeTimers();
    errors.length = 0;
  });
  afterEach(() => void jest.useRealTimers());

  it('works at the start, and about every hour', async () => {
    const { work, count } = counted();
    const task = taskOf(work);
    await task.start();
    expect(count()).toBe(1);
    await jest.advanceTimersByTimeAsync(10 * HOUR_MS);
    expect(count()).toBeGreaterThanOrEqual(10);
    expect(count()).toBeLessThanOrEqual(12);
    await task.stop();
  });

  it('never throws, names what failed, and tries again', async () => {
    const { work, count } = counted(1);
    const task = taskOf(work);
    await task.start();
    expect(errors).toEqual([{ err: new Error('the database is away'), task: 'keeps order' }]);
    await jest.advanceTimersByTimeAsync(1.2 * HOUR_MS);
    expect(count()).toBe(2);
    expect(errors).toHaveLength(1);
    await task.stop();
  });

  it('is joined by whoever wants it done while it is being done', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let count = 0;
    const task = taskOf(() => {
      count += 1;
      return promise;
    });
    const both = [task.run(), task.run()];
    resolve(undefined);
    await Promise.all(both);
    expect(count).toBe(1);
  });

  it('ends with what is being done, and does nothing after that', async () => {
    const { promise, resolve } = Promise.withResolvers<undefined>();
    let count = 0;
    const task = taskOf(() => {
      count += 1;
      return promise;
    });
    const [started, stopped] = [task.start(), task.stop()];
    resolve(undefined);
    await Promise.all([started, stopped]);
    await jest.advanceTimersByTimeAsync(2 * HOUR_MS);
    expect(count).toBe(1);
  });
});
