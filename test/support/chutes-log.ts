import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

interface LogEventLine {
  readonly log: { readonly log_type: string; readonly log: string };
  readonly offset: string;
}

/** How patient a follower is. */
export interface Pace {
  /** How often it asks, at most. */
  readonly attempts: number;
  /** How long it waits after each time that the connection is cut. */
  readonly pauseMs: number;
  /** After how long it cuts the connection itself. */
  readonly sliceMs: number;
}

/** The SDK's own, but for its pauses of six seconds. */
const PACE: Pace = { attempts: 11, pauseMs: 0, sliceMs: 300_000 };

/** Follows a log as the SDK's `--wait` does (the contract's 4.3). */
export class LogFollower {
  readonly printed: string[] = [];
  /** How often it asked. */
  asked = 0;
  /** What it took for the end: `DONE`, a text instead of events, or nothing more. */
  endedBy: 'DONE' | 'text' | 'end of answer' | undefined;
  private offset: string | undefined;

  constructor(
    private readonly open: (offset: string | undefined) => Promise<IncomingMessage>,
    public pace: Pace = PACE,
  ) {}

  /** What it prints, up to the end that it takes for one. */
  async run(): Promise<string[]> {
    for (;;) {
      this.asked += 1;
      try {
        this.endedBy = await this.read(await this.open(this.offset));
        return this.printed;
      } catch (error) {
        if (this.asked >= this.pace.attempts) throw error;
      }
      await delay(this.pace.pauseMs);
    }
  }

  private async read(answer: IncomingMessage): Promise<LogFollower['endedBy']> {
    const type = answer.headers['content-type'] ?? '';
    if (type.includes('text/plain')) {
      this.printed.push(await text(answer));
      return 'text';
    }
    if (answer.statusCode !== 200) throw new Error(`the log answers ${answer.statusCode}: ${await text(answer)}`);
    const slice = setTimeout(() => answer.socket.destroy(), this.pace.sliceMs);
    try {
      for await (const line of linesOf(answer)) {
        if (line.startsWith('data: {')) this.take(JSON.parse(line.slice('data: '.length)) as LogEventLine);
        if (line.startsWith('DONE')) return 'DONE';
      }
      return 'end of answer';
    } finally {
      clearTimeout(slice);
    }
  }

  private take({ log, offset }: LogEventLine): void {
    this.printed.push(log.log);
    this.offset = offset;
  }
}

/** Fails where the connection is cut. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of answer.setEncoding('utf8') as AsyncIterable<string>) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  yield rest;
}
