import type { Logger } from '@nestjs/common';

const HOUR_MS = 3_600_000;

/** One piece of hourly work. It never overlaps itself, and what fails is tried again the next time. */
export class HourlyTask {
  private running: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private isStopped = false;

  /** @param name - what it does, for the log */
  constructor(
    private readonly name: string,
    private readonly work: () => Promise<void>,
    private readonly logger: Logger,
  ) {}

  /** Does it now, or joins in where it is being done. Never throws. */
  run(): Promise<void> {
    this.running ??= this.attempt().finally(() => (this.running = undefined));
    return this.running;
  }

  /** Does it now, and from then on about every hour. */
  async start(): Promise<void> {
    await this.run();
    if (this.isStopped) return;
    // Jitter, lest all processes that started together do it together for ever.
    this.timer = setTimeout(() => void this.start(), HOUR_MS * (0.9 + 0.2 * Math.random())).unref();
  }

  /** Waits for it where it is being done. */
  async stop(): Promise<void> {
    this.isStopped = true;
    clearTimeout(this.timer);
    await this.running;
  }

  private async attempt(): Promise<void> {
    try {
      await this.work();
    } catch (error) {
      this.logger.error({ err: error, task: this.name }, 'hourly work failed; it is tried again in an hour');
    }
  }
}
