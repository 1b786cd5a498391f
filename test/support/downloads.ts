import { expectStatus, unique } from './builders.js';
import type { NativeClient } from './native-client.js';

/** The parts of an operation's answer that tests go on with. */
export interface StartedOperation {
  readonly id: number;
  readonly image_id: number;
}

/** An image that waits for its bytes from `url`, by its operation. */
export async function startDownload(
  client: NativeClient,
  url: string,
  words: Readonly<Record<string, unknown>> = {},
): Promise<StartedOperation> {
  const json = { name: unique('download'), download_url: url, ...words };
  const { id } = expectStatus(await client.call('POST', '/images', { json }), 201).body as { id: number };
  const [operation] = expectStatus(await client.get(`/images/${id}/operations`), 200).body as StartedOperation[];
  if (!operation) throw new Error('the image has no operation');
  return operation;
}

/** One that was cancelled before anybody began it. */
export async function newEndedDownload(client: NativeClient): Promise<StartedOperation> {
  const operation = await startDownload(client, 'https://images.example.com/disk.qcow2');
  expectStatus(await client.post(`/operations/${operation.id}/cancel`, {}), 202);
  return operation;
}

/** Waits for the end of an operation, by its log, which ends with it; then shows it. */
export async function finished(client: NativeClient, { id }: Pick<StartedOperation, 'id'>): Promise<FinishedOperation> {
  const lines = await readLog(client, id);
  const { body } = expectStatus(await client.get(`/operations/${id}`), 200);
  return { ...(body as Omit<FinishedOperation, 'lines'>), lines };
}

export interface FinishedOperation {
  readonly status: string;
  readonly error: string | null;
  readonly attempts: number;
  readonly percent: number;
  readonly bytes: number;
  readonly total_bytes: number | null;
  /** What its log says. */
  readonly lines: readonly string[];
}

/** The texts of a log, to the end of the work. */
export async function readLog(client: NativeClient, id: number, query = ''): Promise<string[]> {
  const answer = await client.send('GET', `/operations/${id}/logs${query}`);
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`the log answers ${answer.status}: ${text}`);
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => (JSON.parse(line) as { text: string }).text);
}

/** Settings with which a test's own origin may be reached. */
export function reaching(port: number): Readonly<Record<string, string>> {
  return { DOWNLOAD_ALLOW: `127.0.0.1:${port}`, OPERATION_RETRY_SECONDS: '0', OPERATION_ATTEMPTS: '2' };
}
