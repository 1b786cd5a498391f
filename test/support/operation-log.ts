import { OperationLogs } from '#domain/operations';
import type { TestApi } from './api.js';
import { query } from './embedded-postgres/observe.js';
import type { NativeClient } from './native-client.js';

/** Writes lines into the log of an operation, as its worker does. */
export async function print(api: TestApi, id: number, ...lines: readonly string[]): Promise<void> {
  const log = api.app.get(OperationLogs, { strict: false }).open(id);
  for (const line of lines) log.write(line, 'stdout');
  await log.close();
}

/** Moves the log of an ended operation into the store, as its worker does. */
export async function archive(api: TestApi, id: number): Promise<void> {
  await api.app.get(OperationLogs, { strict: false }).archive(id);
}

export interface ChunkCounts {
  /** Whose lines are in the row. */
  readonly rows: number;
  /** Whose lines are in the store. */
  readonly stored: number;
  readonly files: number;
  readonly archived: boolean;
}

/** Where the log of an operation lies. */
export async function chunksOf({ databaseUrl }: TestApi, id: number): Promise<ChunkCounts> {
  const [counts] = await query(
    databaseUrl,
    `SELECT (SELECT count(body)::int FROM operation_log_chunks WHERE operation_id = o.id) AS rows,
            (SELECT count(storage_key)::int FROM operation_log_chunks WHERE operation_id = o.id) AS stored,
            (SELECT count(DISTINCT storage_key)::int FROM operation_log_chunks WHERE operation_id = o.id) AS files,
            log_archived AS archived
     FROM operations o WHERE id = ${id}`,
  );
  return counts as ChunkCounts;
}

/** A log that is being read, a piece at a time. */
export class FollowedLog {
  private readonly reader: ReadableStreamDefaultReader<Uint8Array>;
  private readonly decoder = new TextDecoder();
  /** What came so far. */
  text = '';

  private constructor(readonly response: Response) {
    if (!response.body) throw new Error('an answer without a body');
    this.reader = response.body.getReader();
  }

  static async open(
    client: NativeClient,
    path: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<FollowedLog> {
    return new FollowedLog(await client.send('GET', path, { headers }));
  }

  /** Reads until there is so much of it, at `from` or later. Fails where it ends before. */
  async until(pattern: string, from = 0): Promise<string> {
    while (!this.text.includes(pattern, from)) {
      if (!(await this.more())) throw new Error(`the log ended without ${pattern}: ${this.text}`);
    }
    return this.text;
  }

  /** Reads to the end; all that came. */
  async toEnd(): Promise<string> {
    while (await this.more());
    return this.text;
  }

  /** Goes away. */
  cut(): Promise<void> {
    return this.reader.cancel();
  }

  private async more(): Promise<boolean> {
    const { value, done } = await this.reader.read();
    if (value) this.text += this.decoder.decode(value, { stream: true });
    return !done;
  }
}
