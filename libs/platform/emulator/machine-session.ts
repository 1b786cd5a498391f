import { setTimeout as delay } from 'node:timers/promises';
import type { Readable } from 'node:stream';
import type { Sandbox, SandboxedProcess, SandboxJob } from '#platform/sandbox';
import type { Boot, BootEnd } from './boot.js';
import type { ConsoleRecord } from './console-record.js';
import { signIn } from './console-signs.js';
import { ConsoleText } from './console-text.js';
import { EmulatorError } from './emulator.errors.js';
import { FIRMWARE_WORDS, SCREEN } from './machine.js';
import { Qmp, type QmpEvent } from './qmp.js';

/** How long a kernel that panics may be silent before it goes on about it, and a prompt waits for what is typed by a script. */
const LAST_WORDS_MS = 2_000;
const LAST_LINES = 12;

/** What QEMU's events of the kind SHUTDOWN mean, by their reason. */
const SHUTDOWNS: Readonly<Record<string, BootEnd | undefined>> = {
  'guest-shutdown': 'power-off',
  'guest-reset': 'reset',
  'guest-panic': 'panic',
};

/** One machine, from its start to the first thing that ends the boot. */
export class MachineSession {
  private readonly text = new ConsoleText();
  private readonly ended = Promise.withResolvers<BootEnd>();
  private readonly lines: string[] = [];
  private sign: BootEnd | undefined;
  private chunks = 0;

  constructor(
    private readonly boot: Pick<Boot, 'marker' | 'onLines'>,
    private readonly record: ConsoleRecord,
  ) {}

  /** What the console printed last, without the lines that are empty. */
  get lastLines(): readonly string[] {
    return [...this.lines, this.text.current].filter((line) => line !== '').slice(-LAST_LINES);
  }

  /**
   * Nothing of the machine runs afterwards; its last screen is in its folder.
   * @param timeoutMs by the clock
   * @throws as `SandboxedProcess.finished`, EmulatorError, whatever `onLines` throws
   */
  async run(sandbox: Sandbox, job: SandboxJob, timeoutMs: number): Promise<BootEnd> {
    const running = await sandbox.start({ ...job, hasChannel: true });
    running.stdin.end();
    const reading = this.read(running.stdout);
    reading.catch((error: unknown) => this.ended.reject(error));
    this.ended.promise.catch(() => undefined); // whoever waits for it may be told of the program's end instead
    const timer = setTimeout(() => this.ended.resolve('time-out'), timeoutMs);
    try {
      const end = await this.control(running);
      await running.finished;
      await reading;
      return this.sign ?? end; // what it printed just before it ended may be read after it
    } catch (error) {
      if (error instanceof Error) running.kill(error);
      await running.finished; // may tell more
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  private async control(running: SandboxedProcess): Promise<BootEnd> {
    if (!running.channel) throw new Error('the machine cannot be controlled');
    const qmp = new Qmp(running.channel, (event) => this.hear(event));
    const gone = running.finished.then(() => Promise.reject(new EmulatorError('QEMU ended by itself')));
    const begun = qmp.execute('qmp_capabilities').then(() => qmp.execute('cont'));
    const end = await Promise.race([begun.then(() => this.ended.promise), gone]).catch(async (error: unknown) => {
      if (qmp.isClosed) await running.finished; // why it ended
      throw error;
    });
    await qmp.execute('stop');
    await qmp.execute('screendump', { filename: SCREEN }).catch(unlessRefused);
    const words = String(await qmp.execute('ringbuf-read', FIRMWARE_WORDS));
    await qmp.execute('quit').catch(() => undefined); // it may end before it answers
    return end === 'reset' && words.includes('No bootable device') ? 'not-bootable' : end;
  }

  private hear({ event, data }: QmpEvent): void {
    const end =
      event === 'GUEST_PANICKED' ? 'panic' : event === 'SHUTDOWN' ? SHUTDOWNS[String(data?.reason)] : undefined;
    if (end) this.ended.resolve(end);
  }

  private async read(console: Readable): Promise<void> {
    for await (const chunk of console as AsyncIterable<Buffer>) {
      this.chunks += 1;
      await this.record.add(chunk);
      const lines = this.text.add(chunk);
      for (const line of [...lines, this.text.current]) this.judge(line);
      this.lines.push(...lines.filter((line) => line !== ''));
      this.lines.splice(0, this.lines.length - LAST_LINES);
      if (lines.length > 0) await this.boot.onLines?.(lines);
    }
    if (this.text.current !== '') await this.boot.onLines?.([this.text.current]);
  }

  private judge(line: string): void {
    const sign = signIn(line, this.boot.marker);
    if (!sign) return;
    if (sign.when === undefined) {
      this.decide(sign.end);
      return;
    }
    if (sign.when === 'soon') {
      this.sign ??= sign.end;
      void this.silence().then(() => this.decide(sign.end));
      return;
    }
    void delay(LAST_WORDS_MS, undefined, { ref: false }).then(() => {
      if (this.text.current === line) this.decide(sign.end);
    });
  }

  /** Resolves once nothing has come for a while: on a busy machine, what is to come takes its time. */
  private async silence(): Promise<void> {
    let heard: number;
    do {
      heard = this.chunks;
      await delay(LAST_WORDS_MS, undefined, { ref: false });
    } while (heard !== this.chunks);
  }

  private decide(end: BootEnd): void {
    this.sign ??= end;
    this.ended.resolve(end);
  }
}

/** A machine without a picture has no last screen. */
function unlessRefused(error: unknown): void {
  if (!(error instanceof EmulatorError)) throw error;
}
