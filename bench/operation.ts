import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { postJson } from './authorize.js';
import type { Target } from './transfer.js';

/** Work that was asked for. */
export interface Asked {
  readonly imageId: number;
  readonly operationId: number;
}

let asked = 0;

/** Asks for an image from a URL. */
export async function askFor({ url, authorization }: Target, downloadUrl: string): Promise<Asked> {
  asked += 1;
  const body = { name: `bench-operation-${asked}`, download_url: downloadUrl };
  const { id } = (await postJson(`${url}/images`, authorization, body)) as { id: number };
  const operations = await fetch(`${url}/images/${id}/operations`, { headers: authorization ?? {} });
  const [operation] = (await operations.json()) as { id: number }[];
  return { imageId: id, operationId: operation?.id ?? 0 };
}

/** Follows a log to its end; its bytes, and the moment of the first. */
export async function followLog(
  { url, authorization }: Target,
  path: string,
): Promise<{ bytes: number; firstMs: number }> {
  const request = get(url + path, { headers: authorization ?? {}, agent: false });
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  let [bytes, firstMs] = [0, 0];
  response.on('data', (chunk: Buffer) => {
    if (bytes === 0) firstMs = performance.now();
    bytes += chunk.length;
  });
  await once(response, 'end');
  if (response.statusCode !== 200) throw new Error(`GET ${path} answered ${response.statusCode}`);
  return { bytes, firstMs };
}

/** Ends work that nobody does. */
export async function cancel({ url, authorization }: Target, { operationId }: Asked): Promise<void> {
  const response = await fetch(`${url}/operations/${operationId}/cancel`, {
    method: 'POST',
    headers: authorization ?? {},
  });
  if (response.status !== 202) throw new Error(`cancelling answered ${response.status}`);
}

/** @throws Error where the work did not succeed */
export async function assertSucceeded({ url, authorization }: Target, { operationId }: Asked): Promise<void> {
  const response = await fetch(`${url}/operations/${operationId}`, { headers: authorization ?? {} });
  const { status, error } = (await response.json()) as { status: string; error: string | null };
  if (status !== 'succeeded') throw new Error(`the operation has ${status}: ${error}`);
}
