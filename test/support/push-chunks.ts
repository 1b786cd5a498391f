import { Wire, type WireAnswer } from './wire.js';

const CHUNK_BYTES = 256 * 1024;

/** Pushes bytes without saying how many will come. The answer may come before the last of them. */
export async function pushChunks(
  caller: { readonly url: string; readonly token?: string | undefined },
  query: string,
  bytes: Buffer,
): Promise<WireAnswer> {
  const wire = await Wire.open(caller);
  wire.sendHead('POST', `/images?${query}`, { 'Transfer-Encoding': 'chunked' });
  const answer = wire.answer();
  try {
    await Promise.race([answer, sendAll(wire, bytes)]); // who has refused it need not read on
    return await answer;
  } finally {
    wire.cut();
  }
}

async function sendAll(wire: Wire, bytes: Buffer): Promise<void> {
  for (let sent = 0; sent < bytes.length; sent += CHUNK_BYTES) {
    await wire.sendChunk(bytes.subarray(sent, sent + CHUNK_BYTES));
  }
  await wire.sendChunk();
}
