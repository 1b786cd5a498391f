import type { Hotkey } from '../../test/support/hotkey.js';
import type { Bench } from '../bench.js';
import { type Figure, rounded } from '../figure.js';
import { Form, type LargePart, postForm } from '../form.js';
import { registerHotkey } from '../hotkey-client.js';
import { judgeGrowth, rest, watchPeak } from '../memory-growth.js';
import type { ServerUnderTest } from '../server-under-test.js';

const MIB = 2 ** 20;
const MAX_GROWTH_MIB = 64;
const DOCKERFILE = 'FROM scratch\nCOPY . /\n';

/** Sends a build of a name with a context. */
type Send = (name: string, context: LargePart) => Promise<unknown>;

/** How much more memory an api takes while a large build context comes, in either dialect. Nobody builds it. */
export async function measureBuildContext(bench: Bench): Promise<Figure[]> {
  return [
    await measure(bench, 'native', (server) => Promise.resolve(sendNative(server))),
    await measure(bench, 'signed', async (server) => sendSigned(server, await registerHotkey(server))),
  ];
}

/** The process has taken a small one before: what it loads at the first is no part of it. */
async function measure(
  bench: Bench,
  way: string,
  prepare: (server: ServerUnderTest) => Promise<Send>,
): Promise<Figure> {
  const mebibytes = bench.quick ? 256 : 1024;
  const server = await bench.server('build-context', { WORKER_CONCURRENCY: '0' });
  const send = await prepare(server);
  await send('small', contextOf(1));
  const idle = await rest(server.pid);
  bench.progress(`build-context: ${way}`);
  const watch = watchPeak(server.pid);
  const startedMs = performance.now();
  await send('large', contextOf(mebibytes));
  const seconds = rounded((performance.now() - startedMs) / 1000);
  const peak = watch.stop();
  await bench.discard('build-context');
  const figure = `memory: growth while a build context of ${mebibytes} MiB comes, ${way}`;
  return judgeGrowth({ figure, idle, peak, maxMib: MAX_GROWTH_MIB, also: { seconds } });
}

function sendNative({ url, authorization }: ServerUnderTest): Send {
  return (name, context) =>
    postForm(`${url}/images`, authorization, new Form({ name, dockerfile: DOCKERFILE }, context));
}

/** As the contract's clients do. What is signed takes time to compute, here; the server waits meanwhile. */
function sendSigned({ url }: ServerUnderTest, hotkey: Hotkey): Send {
  return async (name, context) => {
    const words = {
      ...{ username: 'admin', name, tag: '1.0', readme: '', dockerfile: DOCKERFILE },
      ...{ public: 'False', logo_id: '__none__', wait: 'False', image: 'gASVBAAAAAAAAABLAS4=' },
    };
    const form = new Form(words, context);
    return postForm(`${url}/images/`, hotkey.headers(await form.sha256()), form);
  };
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
