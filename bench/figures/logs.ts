import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import { type Figure, judge, rounded } from '../figure.js';
import { judgeGrowth, rest, watchPeak } from '../memory-growth.js';
import { type Asked, askFor, cancel, followLog } from '../operation.js';
import type { ServerUnderTest } from '../server-under-test.js';
import type { Target } from '../transfer.js';

const READERS = 100;
const LINES_PER_SECOND = 10_000;
const MAX_GROWTH_MIB = 96;
const PRINTER = join(import.meta.dirname, '../../test/support/log-writing-process.mjs');

/** A hundred readers of one log: while another process prints it, and of one that is there. */
export async function measureLogs(bench: Bench): Promise<Figure[]> {
  const server = await bench.server('logs', { WORKER_CONCURRENCY: '0' }); // so that nobody ends what is printed for
  const figures = [await measureFollowing(bench, server), await measureReading(bench, server)];
  await bench.discard('logs');
  return figures;
}

/** How much more memory the api takes while all follow. */
async function measureFollowing(bench: Bench, server: ServerUnderTest): Promise<Figure> {
  const lines = LINES_PER_SECOND * (bench.quick ? 2 : 10);
  const asked = await askFor(server, 'https://images.example.com/disk.qcow2');
  const idle = await rest(server.pid);
  bench.progress(`logs: ${READERS} readers of ${lines} lines`);
  const watch = watchPeak(server.pid);
  const following = readAll(server, asked);
  const startedMs = performance.now();
  await print(server, asked, lines, LINES_PER_SECOND);
  const printedMs = performance.now();
  await cancel(server, asked);
  await following;
  const [printSeconds, lagMs] = [(printedMs - startedMs) / 1000, performance.now() - printedMs];
  return judgeGrowth({
    figure: `memory: growth while ${READERS} readers follow ${LINES_PER_SECOND} lines a second`,
    idle,
    peak: watch.stop(),
    maxMib: MAX_GROWTH_MIB,
    also: { printSeconds: rounded(printSeconds), lastReaderLaterMs: rounded(lagMs) },
  });
}

/** How fast all get a log that is there, beside as many readers of the same bytes from memory. */
async function measureReading(bench: Bench, server: ServerUnderTest): Promise<Figure> {
  const bare = await bench.bare();
  const asked = await askFor(server, 'https://images.example.com/disk.qcow2');
  await print(server, asked, bench.quick ? 20_000 : 50_000, 100_000);
  await cancel(server, asked);
  const log = await fetch(`${server.url}/operations/${asked.operationId}/logs`, { headers: server.authorization });
  await fetch(`${bare.url}/json`, { method: 'PUT', body: await log.arrayBuffer() });
  const [values, references]: [number[], number[]] = [[], []];
  for (let run = 0; run < (bench.quick ? 2 : 5); run++) {
    bench.progress(`logs: round ${run + 1}`);
    references.push(await mibPerSecond(() => readAll(bare, asked, '/json')));
    values.push(await mibPerSecond(() => readAll(server, asked)));
  }
  return judge({
    figure: `${READERS} readers of a log at once`,
    unit: 'MiB/s',
    values,
    references,
    referenceIs: 'bare, from memory',
    target: { atLeast: 0.5 },
  });
}

/** How many bytes they got. */
async function readAll(
  target: Target,
  { operationId }: Asked,
  path = `/operations/${operationId}/logs`,
): Promise<number> {
  const read = await Promise.all(Array.from({ length: READERS }, () => followLog(target, path)));
  return read.reduce((sum, { bytes }) => sum + bytes, 0);
}

async function mibPerSecond(read: () => Promise<number>): Promise<number> {
  const startedMs = performance.now();
  const bytes = await read();
  return bytes / 2 ** 20 / ((performance.now() - startedMs) / 1000);
}

async function print(
  { place }: ServerUnderTest,
  { operationId }: Asked,
  lines: number,
  linesPerSecond: number,
): Promise<void> {
  const env = { PATH: process.env.PATH, ...place };
  await promisify(execFile)(process.execPath, [PRINTER, operationId, lines, linesPerSecond].map(String), { env });
}
