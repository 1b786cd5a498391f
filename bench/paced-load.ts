/**
 * Requests at a constant rate over 16 connections, whether or not earlier ones are answered yet. A request's latency runs
 * from the moment it was due, so that a server that stalls is charged for all who would have come meanwhile.
 * A thread of its own: what else the bench does must not delay it.
 */
import { Agent, get } from 'node:http';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { CONNECTIONS } from './wrk.js';

export interface PacedLoad {
  readonly url: string;
  /** Headers of the requests, in turn. */
  readonly each: readonly Readonly<Record<string, string>>[];
  readonly requestsPerSecond: number;
  readonly seconds: number;
}

/** The latencies of all requests, in milliseconds. */
export async function runPaced(load: PacedLoad): Promise<number[]> {
  const execArgv = ['--import', new URL('../scripts/typescript-imports.mjs', import.meta.url).href];
  const worker = new Worker(new URL(import.meta.url), { workerData: load, execArgv });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve).once('error', reject);
  });
}

async function generate({ url, each, requestsPerSecond, seconds }: PacedLoad): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
  const pending: Promise<number>[] = [];
  const startMs = performance.now();
  for (let sent = 0; sent < requestsPerSecond * seconds; sent++) {
    const dueMs = startMs + (sent * 1000) / requestsPerSecond;
    while (performance.now() < dueMs)
      await new Promise((resolve) => setTimeout(resolve, Math.max(1, dueMs - performance.now())));
    pending.push(latencyOf(url, each[sent % each.length] ?? {}, agent, dueMs));
  }
  const latencies = await Promise.all(pending);
  agent.destroy();
  return latencies;
}

function latencyOf(url: string, headers: PacedLoad['each'][number], agent: Agent, dueMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { agent, headers: { ...headers } }, (response) => {
      response.resume();
      response.once('end', () => {
        if (response.statusCode === 200) resolve(performance.now() - dueMs);
        else reject(new Error(`${url} answered ${response.statusCode}`));
      });
    }).once('error', reject);
  });
}

if (!isMainThread) parentPort?.postMessage(await generate(workerData as PacedLoad));
