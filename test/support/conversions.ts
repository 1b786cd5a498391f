import { expectStatus, unique } from './builders.js';
import type { StartedOperation } from './downloads.js';
import type { Answer, NativeClient } from './native-client.js';

/** The number of the operation that an answer links to as its monitor. */
export function monitorOf({ headers }: Answer): number {
  return Number(/<[^>]*\/operations\/(\d+)>; rel="monitor"/.exec(headers.get('link') ?? '')?.[1]);
}

/** Pushes bytes that are to be converted; `query` says what they are. */
export async function startConversion(
  client: NativeClient,
  query: string,
  bytes: Uint8Array,
): Promise<StartedOperation> {
  const answer = expectStatus(await client.push(`name=${unique('foreign')}&${query}`, bytes), 202);
  return { id: monitorOf(answer), image_id: (answer.body as { id: number }).id };
}
