import { once } from 'node:events';
import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { tinyImage } from '../../../fixtures/qcow2/index.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newUser } from '../../../support/builders.js';
import { filesOf } from '../../../support/leftovers.js';
import { Wire } from '../../../support/wire.js';

const MIB = 2 ** 20;
/** More than the sockets of both sides hold. */
const CLUSTERS = 24;

async function* chunksOf({ body }: Response): AsyncGenerator<Uint8Array, undefined> {
  if (body) yield* body as AsyncIterable<Uint8Array>;
}

describe('GET /images/:image/file by a slow reader', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  const clusters = Array.from({ length: CLUSTERS }, (_, index) => ({ index, kind: 'data' as const }));
  const { bytes } = tinyImage({ clusterBits: 21, clusters });
  beforeAll(async () => {
    api = await startTestApi({ env: { IDLE_TIMEOUT_SECONDS: '1' } });
    alice = await newUser(api.admin);
    expectStatus(await alice.push('name=large', bytes), 201);
  });
  afterAll(() => api.close());

  it('cuts off a reader that takes nothing for the idle timeout', async () => {
    const accepted = once(api.app.getHttpServer() as Server, 'connection');
    const wire = await Wire.open(alice);
    const [connection] = (await accepted) as [Socket];
    const cut = once(connection, 'close');
    wire.stopReading();
    wire.sendHead('GET', '/images/large/file');
    await cut;
    wire.readOn();
    const received = await wire.closed();
    expect(received).toBeGreaterThan(0);
    expect(received).toBeLessThan(bytes.length);
  });

  it('waits for a reader that is slow but takes something now and then', async () => {
    const response = await alice.send('GET', '/images/large/file');
    const chunks: Uint8Array[] = [];
    let sinceRest = 0;
    for await (const chunk of chunksOf(response)) {
      chunks.push(chunk);
      sinceRest += chunk.length;
      if (sinceRest < 10 * MIB) continue;
      await delay(400); // a reader at rest
      sinceRest = 0;
    }
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
  });

  it('finishes a download undisturbed while the image is deleted, and frees its bytes', async () => {
    const response = await alice.send('GET', '/images/large/file');
    const download = chunksOf(response);
    const chunks = [(await download.next()).value ?? Buffer.of()];
    expectStatus(await alice.delete('/images/large'), 204);
    expect((await alice.get('/images/large/file')).status).toBe(404);
    for await (const chunk of download) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(bytes)).toBe(true);
    expect(await filesOf(api)).toEqual([]);
  });
});
