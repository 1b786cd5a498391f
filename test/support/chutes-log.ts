import type { IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';

interface LogEventLine {
  readonly log: { readonly log_type: string; readonly log: string };
  readonly offset: string;
}

const MAX_ATTEMPTS = 11;

/** Follows a log as the SDK's `--wait` does (the contract's 4.3), but for its pauses. */
export class LogFollower {
  readonly printed: string[] = [];
  private offset: string | undefined;

  constructor(private readonly open: (offset: string | undefined) => Promise<IncomingMessage>) {}

  /** What it prints, up to the end that it takes for one. */
  async run(): Promise<string[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        await this.read(await this.open(this.offset));
        return this.printed;
      } catch (error) {
        if (attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  private async read(answer: IncomingMessage): Promise<void> {
    const type = answer.headers['content-type'] ?? '';
    if (type.includes('text/plain')) {
      this.printed.push(await text(answer));
      return;
    }
    if (answer.statusCode !== 200) throw new Error(`the log answers ${answer.statusCode}: ${await text(answer)}`);
    for await (const line of linesOf(answer)) {
      if (line.startsWith('data: {')) this.take(JSON.parse(line.slice('data: '.length)) as LogEventLine);
      if (line.startsWith('DONE')) return;
    }
  }

  private take({ log, offset }: LogEventLine): void {
    this.printed.push(log.log);
    this.offset = offset;
  }
}

/** Fails where the connection is cut. */
async function* linesOf(answer: IncomingMessage): AsyncGenerator<string> {
  let cut: Error | undefined;
  answer.once('error', (error) => (cut = error));
  for await (const line of createInterface({ input: answer })) yield line;
  if (cut) throw cut;
}
