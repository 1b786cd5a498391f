import { once } from 'node:events';
import { type ClientRequest, get, type IncomingMessage, request } from 'node:http';
import { threadId } from 'node:worker_threads';
import { qcow2Image } from './qcow2-image.js';

let uploads = 0;

/** Where an upload goes and with what; the image's name goes into the query. */
export interface Target {
  readonly url: string;
  readonly authorization?: { readonly Authorization: string };
}

export interface Uploaded {
  readonly ms: number;
  /** Undefined where the server is none of ours. */
  readonly id: number | undefined;
}

/** Sends a new image of `sizeBytes`, and takes the time until the answer is there. */
export async function upload({ url, authorization }: Target, sizeBytes: number): Promise<Uploaded> {
  uploads += 1;
  const headers = { ...authorization, 'Content-Type': 'application/x-qemu-disk', 'Content-Length': sizeBytes };
  const path = authorization ? `/images?name=bench-${threadId}-${uploads}` : '/';
  const startedMs = performance.now();
  const sending = request(url + path, { method: 'POST', headers, agent: false });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  await sendBody(sending, sizeBytes);
  const [response] = await answered;
  const body = Buffer.concat(await response.toArray()).toString();
  const ms = performance.now() - startedMs;
  if (response.statusCode !== 201) throw new Error(`POST ${path} answered ${response.statusCode}: ${body}`);
  return { ms, id: authorization && (JSON.parse(body) as { id: number }).id };
}

async function sendBody(sending: ClientRequest, sizeBytes: number): Promise<void> {
  for (const part of qcow2Image(sizeBytes)) {
    if (!sending.write(part)) await once(sending, 'drain');
  }
  sending.end();
}

/** Takes a file, throws its bytes away, and answers how long that took. */
export async function download({ url, authorization }: Target, path: string, sizeBytes: number): Promise<number> {
  const startedMs = performance.now();
  const receiving = get(url + path, { headers: authorization ?? {}, agent: false });
  const [response] = (await once(receiving, 'response')) as [IncomingMessage];
  let received = 0;
  response.on('data', (chunk: Buffer) => {
    received += chunk.length;
  });
  await once(response, 'end');
  if (response.statusCode !== 200 || received !== sizeBytes) {
    throw new Error(`GET ${path} answered ${response.statusCode} with ${received} bytes`);
  }
  return performance.now() - startedMs;
}

/** Makes room again. */
export async function remove({ url, authorization }: Target, id: number | undefined): Promise<void> {
  if (id === undefined) return;
  const response = await fetch(`${url}/images/${id}`, { method: 'DELETE', headers: authorization ?? {} });
  if (response.status !== 204) throw new Error(`DELETE of an image answered ${response.status}`);
}
