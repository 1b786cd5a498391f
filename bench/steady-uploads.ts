/**
 * Uploads of one large file after the other, each removed again. Every stream of them is a thread of its own: what the
 * senders do must not delay whoever takes times beside them.
 */
import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { remove, type Target, upload } from './transfer.js';

export interface SteadyUploads {
  /** Lets the running upload end. Resolves to how many there were. */
  stop(): Promise<number>;
}

interface Order {
  readonly target: Target;
  readonly sizeBytes: number;
}

export function keepUploading({ url, authorization }: Target, sizeBytes: number): SteadyUploads {
  const order: Order = { target: { url, ...(authorization && { authorization }) }, sizeBytes };
  const execArgv = ['--import', new URL('../scripts/typescript-imports.mjs', import.meta.url).href];
  const worker = new Worker(new URL(import.meta.url), { workerData: order, execArgv });
  const ended = once(worker, 'message') as Promise<[number]>;
  ended.catch(() => undefined); // whoever stops it hears of it
  return {
    stop: async () => {
      worker.postMessage('stop');
      return (await ended)[0];
    },
  };
}

async function send({ target, sizeBytes }: Order): Promise<number> {
  let [uploads, stopped] = [0, false];
  parentPort?.once('message', () => {
    stopped = true;
  });
  while (!stopped) {
    await remove(target, (await upload(target, sizeBytes)).id);
    uploads += 1;
  }
  return uploads;
}

if (!isMainThread) parentPort?.postMessage(await send(workerData as Order));
