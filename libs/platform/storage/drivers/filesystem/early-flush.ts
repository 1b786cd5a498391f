import type { WriteBack } from './write-back.js';

/** After so many bytes the disk is set to work on them, while more arrive. */
const FLUSH_EVERY_BYTES = 32 * 1024 * 1024;

/** Beyond this the sender waits for the disk, lest dirty pages pile up until the kernel stalls every writer. */
const MAX_DIRTY_BYTES = 128 * 1024 * 1024;

/** Keeps one growing file from being much ahead of the disk. */
export class EarlyFlush {
  #writtenBytes = 0;
  #flushedBytes = 0;
  #running = false;
  #stopped = false;

  /** `flushed` is called after each flush, with the error of one that failed. */
  constructor(
    private readonly file: { datasync(): Promise<void> },
    private readonly writeBack: WriteBack,
    private readonly flushed: (error?: unknown) => void,
  ) {}

  /** Whether the sender should wait. */
  get isBehind(): boolean {
    return this.#writtenBytes - this.#flushedBytes > MAX_DIRTY_BYTES;
  }

  /** Takes note of bytes that were written to the file. */
  wrote(bytes: number): void {
    this.#writtenBytes += bytes;
    if (!this.#running && this.#writtenBytes - this.#flushedBytes >= FLUSH_EVERY_BYTES) void this.#run();
  }

  /** The file is about to be closed: begins no further flush. */
  stop(): void {
    this.#stopped = true;
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      await this.writeBack.run(() => this.#flush());
      this.flushed();
    } catch (error) {
      if (!this.#stopped) this.flushed(error);
    } finally {
      this.#running = false;
    }
  }

  async #flush(): Promise<void> {
    if (this.#stopped) return;
    const upTo = this.#writtenBytes;
    await this.file.datasync();
    this.#flushedBytes = upTo;
  }
}
