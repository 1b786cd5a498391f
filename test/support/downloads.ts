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
