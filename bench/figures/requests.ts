import type { Bench } from '../bench.js';
import { type Figure, judge } from '../figure.js';
import { processorMs } from '../process-status.js';
import type { Program } from '../program.js';
import { fillSmallRegistry } from '../small-registry.js';
import { startWrk } from '../wrk.js';

interface Runs {
  readonly requestsPerSecond: number[];
  readonly microsecondsEach: number[];
}

/** How many metadata requests a second get answered, beside bare sending the very same JSON. */
export async function measureRequests(bench: Bench): Promise<Figure[]> {
  const server = await bench.server('requests');
  const id = await fillSmallRegistry(server);
  const figures = [
    await compare(bench, 'GET /images/:id', `/images/${id}`, 0.08),
    await compare(bench, 'GET /images, 25 of 101', '/images', 0.03),
  ];
  await bench.discard('requests');
  return figures;
}

async function compare(bench: Bench, figure: string, path: string, atLeast: number): Promise<Figure> {
  const [server, bare] = [await bench.server('requests'), await bench.bare()];
  const answer = await fetch(server.url + path, { headers: server.authorization });
  await fetch(bare.url, { method: 'PUT', body: await answer.bytes() });
  await load(server, path, server.authorization, newRuns(), 2); // until both are compiled
  await load(bare, '/', {}, newRuns(), 1);
  const [ours, reference] = [newRuns(), newRuns()];
  for (let round = 0; round < (bench.quick ? 2 : 4); round++) {
    bench.progress(`requests: ${figure}, round ${round + 1}`);
    await load(bare, '/', {}, reference, 2);
    await load(server, path, server.authorization, ours, bench.quick ? 3 : 5);
  }
  return judge({
    figure,
    unit: 'requests/s',
    values: ours.requestsPerSecond,
    references: reference.requestsPerSecond,
    referenceIs: 'bare',
    target: { atLeast },
    also: {
      processorMicrosecondsEach: ours.microsecondsEach,
      bareProcessorMicrosecondsEach: reference.microsecondsEach,
    },
  });
}

function newRuns(): Runs {
  return { requestsPerSecond: [], microsecondsEach: [] };
}

async function load(
  { pid, url }: Program,
  path: string,
  headers: Readonly<Record<string, string>>,
  runs: Runs,
  seconds: number,
): Promise<void> {
  const before = processorMs(pid);
  const { requestsPerSecond } = await startWrk(url + path, headers, seconds).result;
  runs.requestsPerSecond.push(requestsPerSecond);
  runs.microsecondsEach.push(Math.round(((processorMs(pid) - before) * 1000) / (requestsPerSecond * seconds)));
}
