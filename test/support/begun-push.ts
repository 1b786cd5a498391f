import { Wire, type WireAnswer } from './wire.js';

/** A push that the server has let begin, and that waits for its bytes. */
export interface BegunPush {
  /** Sends all the bytes, and gives the answer. */
  finish(): Promise<WireAnswer>;
  /** Sends that many bytes, and breaks the connection off. */
  breakOff(sentBytes: number): Promise<void>;
}

/** Begins to push `bytes`: everything that can be said against it before its body has not been said. */
export async function beginPush(
  caller: { readonly url: string; readonly token?: string | undefined },
  query: string,
  bytes: Buffer,
): Promise<BegunPush> {
  const wire = await Wire.open(caller);
  wire.sendHead('POST', `/images?${query}`, { Expect: '100-continue', 'Content-Length': bytes.length });
  expect(await wire.answer()).toMatchObject({ status: 100 });
  return {
    finish: async () => {
      await wire.send(bytes);
      const answer = await wire.answer();
      wire.cut();
      return answer;
    },
    breakOff: async (sentBytes) => {
      await wire.send(bytes.subarray(0, sentBytes));
      wire.cut();
    },
  };
}
