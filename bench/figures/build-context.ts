import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { Form, type LargePart, postForm } from '../form.js';
import { registerHotkey } from '../hotkey-client.js';
import { judgeGrowth, rest, watchPeak } from '../memory-growth.js';
import type { ServerUnderTest } from '../server-under-test.js';

const MIB = 2 ** 20;
const MAX_GROWTH_MIB = 64;
const DOCKERFILE = 'FROM scratch\nCOPY . /\n';

/** How much more memory an api takes while a large build context comes, in either dialect. Nobody builds it. */
export async function measureBuildContext(bench: Bench): Promise<Figure[]> {
  const mebibytes = bench.quick ? 256 : 1024;
  return [
    await measure(bench, `native: a build context of ${mebibytes} MiB`, (server) => sendNative(server, mebibytes)),
    await measure(bench, `signed: a build context of ${mebibytes} MiB`, (server) => sendSigned(server, mebibytes)),
  ];
}

async function measure(
  bench: Bench,
  figure: string,
  prepare: (server: ServerUnderTest) => Promise<() => Promise<unknown>>,
): Promise<Figure> {
  const server = await bench.server('build-context', { WORKER_CONCURRENCY: '0' });
  const send = await prepare(server);
  const idle = await rest(server.pid);
  bench.progress(`build-context: ${figure}`);
  const watch = watchPeak(server.pid);
  const startedMs = performance.now();
  await send();
  const seconds = (performance.now() - startedMs) / 1000;
  const peak = watch.stop();
  await bench.discard('build-context');
  return judgeGrowth({ figure: `memory: growth by ${figure}`, idle, peak, maxMib: MAX_GROWTH_MIB, also: { seconds } });
}

function sendNative({ url, authorization }: ServerUnderTest, mebibytes: number): Promise<() => Promise<unknown>> {
  const form = new Form({ name: 'bench', dockerfile: DOCKERFILE }, contextOf(mebibytes));
  return Promise.resolve(() => postForm(`${url}/images`, authorization, form));
}

/** The parts that the contract's clients send, but for what counts for nothing. What is signed is known before the clock runs. */
async function sendSigned(server: ServerUnderTest, mebibytes: number): Promise<() => Promise<unknown>> {
  const hotkey = await registerHotkey(server);
  const words = {
    ...{ username: 'admin', name: 'bench', tag: '1.0', readme: '', dockerfile: DOCKERFILE },
    ...{ public: 'False', logo_id: '__none__', wait: 'False', image: 'gASVBAAAAAAAAABLAS4=' },
  };
  const form = new Form(words, contextOf(mebibytes));
  const signed = hotkey.headers(await form.sha256());
  return () => postForm(`${server.url}/images/`, signed, form);
}

/** Bytes that are no archive, which only the worker would find out. */
function contextOf(mebibytes: number): LargePart {
  const piece = Buffer.alloc(MIB, 'no zeros');
  return {
    name: 'build_context',
    sizeBytes: mebibytes * MIB,
    bytes: () => Array.from({ length: mebibytes }, () => piece),
  };
}
