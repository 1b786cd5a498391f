import type { Hotkey } from '../../test/support/hotkey.js';
import type { Bench } from '../bench.js';
import { type Figure, rounded } from '../figure.js';
import { registerHotkey } from '../hotkey-client.js';
import { type LoopDelay, takeLoopDelay, WITH_PROBE } from '../loop-delay.js';
import { type PacedLoad, runPaced } from '../paced-load.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { quantile } from '../statistics.js';

/** Verifying takes about 4 ms of a processor: that many keep two fifths of one busy. */
const REQUESTS_PER_SECOND = 100;
const MAX_HOLD_MS = 10;
const PATH = '/chutes/images/?limit=25&page=0';

interface Run extends LoopDelay {
  readonly p99Ms: number;
}

/** For how long signed requests hold the event loop of an api, beside the same requests with a token. */
export async function measureSignatures(bench: Bench): Promise<Figure[]> {
  const seconds = bench.quick ? 3 : 10;
  const server = await bench.server('signatures', { ...WITH_PROBE, WORKER_CONCURRENCY: '0' });
  const hotkey = await registerHotkey(server);
  await send(server, signed(hotkey, 2)); // until it is compiled
  await send(server, { each: [server.authorization], seconds: 2 });
  const [values, references]: [Run[], Run[]] = [[], []];
  for (let round = 0; round < (bench.quick ? 2 : 5); round++) {
    bench.progress(`signatures: round ${round + 1}`);
    references.push(await send(server, { each: [server.authorization], seconds }));
    values.push(await send(server, signed(hotkey, seconds)));
  }
  await bench.discard('signatures');
  return [judgeDelays(values, references)];
}

type Load = Pick<PacedLoad, 'each' | 'seconds'>;

/** All of it signed before the first is sent: no signature counts twice. */
function signed(hotkey: Hotkey, seconds: number): Load {
  return { each: Array.from({ length: REQUESTS_PER_SECOND * seconds }, () => hotkey.headers()), seconds };
}

async function send(server: ServerUnderTest, load: Load): Promise<Run> {
  await takeLoopDelay(server); // of what was before
  const latencies = await runPaced({ url: server.url + PATH, requestsPerSecond: REQUESTS_PER_SECOND, ...load });
  return { ...(await takeLoopDelay(server)), p99Ms: quantile(latencies, 0.99) };
}

function judgeDelays(values: readonly Run[], references: readonly Run[]): Figure {
  const longest = (runs: readonly Run[]): number => Math.max(...runs.map(({ heldMs }) => heldMs));
  const [value, reference] = [longest(values), longest(references)];
  return {
    figure: `longest hold of the event loop, ${REQUESTS_PER_SECOND} signed requests a second`,
    value: rounded(value),
    unit: 'ms',
    reference: rounded(reference),
    referenceIs: 'the same requests with a token',
    ratio: rounded(value / reference),
    target: `≤ ${MAX_HOLD_MS} ms`,
    met: value <= MAX_HOLD_MS,
    also: { signed: values.map(inShort), byToken: references.map(inShort) },
  };
}

function inShort({ heldMs, collectionMs, lateMs, lateP999Ms, p99Ms }: Run): object {
  return {
    heldMs: rounded(heldMs),
    collectionMs: rounded(collectionMs),
    lateMs: rounded(lateMs),
    lateP999Ms: rounded(lateP999Ms),
    latencyP99Ms: rounded(p99Ms),
  };
}
