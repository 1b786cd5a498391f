import type { Bench } from '../bench.js';
import { type Figure, judge } from '../figure.js';
import { runPaced } from '../paced-load.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { fillSmallRegistry } from '../small-registry.js';
import { quantile } from '../statistics.js';
import { keepUploading } from '../steady-uploads.js';
import { remove, upload } from '../transfer.js';
import { CONNECTIONS, startWrk } from '../wrk.js';

const SMALL_BYTES = 2 ** 26;
const LARGE_BYTES = 2 ** 30;
const REQUESTS_PER_SECOND = 200;

/** Bytes and metadata at once: what one costs the other. */
export async function measureCoexistence(bench: Bench): Promise<Figure[]> {
  const server = await bench.server('coexistence');
  const path = `/images/${await fillSmallRegistry(server)}`;
  const figures = [await uploadsUnderRequests(bench, server, path), await requestsUnderUploads(bench, server, path)];
  await bench.discard('coexistence');
  return figures;
}

async function uploadsUnderRequests(bench: Bench, server: ServerUnderTest, path: string): Promise<Figure> {
  const [idle, busy]: [number[], number[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 3 : 6); round++) {
    bench.progress(`coexistence: a small upload, alone and under requests, round ${round + 1}`);
    idle.push(await timeUpload(server), await timeUpload(server));
    const load = startWrk(server.url + path, server.authorization, 60);
    await settled();
    busy.push(await timeUpload(server), await timeUpload(server));
    load.stop();
    await load.result;
  }
  return judge({
    figure: `upload of 64 MiB while ${CONNECTIONS} connections read metadata`,
    unit: 'ms',
    values: busy,
    references: idle,
    referenceIs: 'the same without load',
    target: { atMost: 2 },
  });
}

async function timeUpload(server: ServerUnderTest): Promise<number> {
  const { ms, id } = await upload(server, SMALL_BYTES);
  await remove(server, id);
  return ms;
}

async function requestsUnderUploads(bench: Bench, server: ServerUnderTest, path: string): Promise<Figure> {
  const seconds = bench.quick ? 4 : 8;
  const load = {
    url: server.url + path,
    each: [server.authorization],
    requestsPerSecond: REQUESTS_PER_SECOND,
    seconds,
  };
  const [idle, busy]: [number[], number[]] = [[], []];
  const medians: [number[], number[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 2 : 4); round++) {
    bench.progress(`coexistence: ${REQUESTS_PER_SECOND} requests/s, alone and beside two uploads, round ${round + 1}`);
    await settled();
    const alone = await runPaced(load);
    const uploads = [keepUploading(server, LARGE_BYTES), keepUploading(server, LARGE_BYTES)];
    await settled();
    const beside = await runPaced(load);
    await Promise.all(uploads.map((running) => running.stop()));
    idle.push(quantile(alone, 0.99));
    busy.push(quantile(beside, 0.99));
    medians[0].push(quantile(alone, 0.5));
    medians[1].push(quantile(beside, 0.5));
  }
  return judge({
    figure: `p99 of GET /images/:id at ${REQUESTS_PER_SECOND}/s while two uploads of 1 GiB run`,
    unit: 'ms',
    values: busy,
    references: idle,
    referenceIs: 'the same rate without uploads',
    target: { atMost: 2 },
    also: { p50Ms: medians[1], p50MsWithout: medians[0] },
  });
}

/** Lets whatever was started get going, and what ended die down. */
async function settled(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 500));
}
