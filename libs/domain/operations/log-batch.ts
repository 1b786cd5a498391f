/** Lines of a log as they are sent: read once, and made ready once, for however many readers. */
export class LogBatch {
  private readonly made = new Map<string, Buffer>();

  constructor(
    readonly firstLine: number,
    readonly nextLine: number,
    /** NDJSON, a `LogLine` a line. */
    readonly text: string,
  ) {}

  /** What `make` makes of it, made once for each `name`. */
  as(name: string, make: (batch: LogBatch) => string): Buffer {
    const made = this.made.get(name) ?? Buffer.from(make(this));
    this.made.set(name, made);
    return made;
  }

  /** Its lines, without what ends them. */
  lines(): string[] {
    return this.text.split('\n').slice(0, -1);
  }
}
