import pg from 'pg';

/**
 * One connection that takes statements while earlier ones are still under way and answers them in order, where a pool
 * would lend a connection to each. Whatever is asked for in one turn of the event loop is sent at once; under load that
 * halves what a small read costs on both sides.
 *
 * For statements that are all quick, such as a look-up by key: one that takes long holds up those behind it.
 */
export class ReadPipeline {
  private connected: Promise<pg.Client> | undefined;
  private sending = false;

  constructor(private readonly options: pg.ClientConfig) {}

  /** The rows of a named statement, which PostgreSQL parses once. Connects if need be, also after a failure. */
  async query<Row extends object>(statement: { name: string; text: string; values: unknown[] }): Promise<Row[]> {
    const client = await (this.connected ??= this.connect());
    this.sendTogether(client);
    return (await client.query<Row>(statement)).rows;
  }

  async close(): Promise<void> {
    const connected = this.connected;
    this.connected = undefined;
    await (await connected)?.end();
  }

  private connect(): Promise<pg.Client> {
    const client = new pg.Client({ ...this.options, pipeline: true, keepAlive: true, connectionTimeoutMillis: 10_000 });
    const connected = client.connect().then(() => client);
    const forget = (): void => {
      if (this.connected === connected) this.connected = undefined;
    };
    connected.catch(forget);
    client.on('error', forget).once('end', forget);
    return connected;
  }

  /** Holds back what is written until this turn of the event loop ends. */
  private sendTogether({ connection: { stream } }: pg.Client): void {
    if (this.sending) return;
    this.sending = true;
    stream.cork();
    setImmediate(() => {
      this.sending = false;
      stream.uncork();
    });
  }
}
