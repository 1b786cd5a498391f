import type { Duplex } from 'node:stream';
import { EmulatorError } from './emulator.errors.js';

/** Longer than anything that is asked for. */
const MAX_MESSAGE_CHARACTERS = 2 ** 20;

/** Something that happened to the machine. */
export interface QmpEvent {
  readonly event: string;
  readonly data?: Readonly<Record<string, unknown>>;
}

interface QmpMessage extends Partial<QmpEvent> {
  readonly QMP?: object;
  readonly return?: unknown;
  readonly error?: { readonly desc?: unknown };
}

interface Waiting {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Controls a running QEMU by its machine protocol (QEMU's docs/interop/qmp-spec): one message a line, answers in order. */
export class Qmp {
  private text = '';
  private readonly waiting: Waiting[] = [];
  private hasClosed = false;

  constructor(
    private readonly channel: Duplex,
    private readonly onEvent: (event: QmpEvent) => void,
  ) {
    channel.setEncoding('utf8');
    channel.on('data', (piece: string) => this.read(piece));
    channel.on('close', () => this.close());
  }

  /** Whether QEMU has ended, or let go of us. */
  get isClosed(): boolean {
    return this.hasClosed;
  }

  /** @throws EmulatorError with what QEMU says, or where it has ended */
  execute(command: string, values: object = {}): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.hasClosed) {
        reject(hasEnded());
        return;
      }
      this.waiting.push({ resolve, reject });
      this.channel.write(`${JSON.stringify({ execute: command, arguments: values })}\n`);
    });
  }

  private read(piece: string): void {
    const lines = (this.text + piece).split('\n');
    this.text = lines.pop() ?? '';
    if (this.text.length > MAX_MESSAGE_CHARACTERS) this.channel.destroy();
    else for (const line of lines) this.take(line);
  }

  private take(line: string): void {
    const message = parse(line);
    if (message?.event !== undefined) this.onEvent({ ...message, event: message.event });
    else if (message && !message.QMP) this.answer(message);
  }

  private answer({ return: answer, error }: QmpMessage): void {
    const asked = this.waiting.shift();
    if (error) asked?.reject(new EmulatorError(`QEMU refuses: ${String(error.desc)}`));
    else asked?.resolve(answer);
  }

  private close(): void {
    this.hasClosed = true;
    for (const { reject } of this.waiting.splice(0)) reject(hasEnded());
  }
}

const hasEnded = (): EmulatorError => new EmulatorError('QEMU has ended');

/** Undefined for what is no message. */
function parse(line: string): QmpMessage | undefined {
  try {
    return JSON.parse(line) as QmpMessage; // as the specification has it; each word is looked at before it is used
  } catch {
    return undefined;
  }
}
