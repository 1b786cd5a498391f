import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import { type Figure, judge } from '../figure.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { remove } from '../transfer.js';

const run = promisify(execFile);
const MIB = 2 ** 20;
const FORMATS = ['raw', 'vmdk'] as const;

/** Conversions of pushed disks, beside `qemu-img` and one hash of what it made, taking turns. */
export async function measureConversion(bench: Bench): Promise<Figure[]> {
  const mebibytes = bench.quick ? 128 : 1024;
  const server = await bench.server();
  const raw = join(bench.folder, 'disk.raw');
  await writeDisk(raw, mebibytes);
  const figures: Figure[] = [];
  for (const format of FORMATS) {
    const disk = format === 'raw' ? raw : await converted(raw, 'raw', format, join(bench.folder, `disk.${format}`));
    const [values, references, syncMs]: [number[], number[], number[]] = [[], [], []];
    for (let round = 0; round < (bench.quick ? 2 : 4); round++) {
      bench.progress(`conversion of ${format}: round ${round + 1}`);
      const bare = await runBare(bench, disk, format);
      references.push(bare.ms);
      syncMs.push(bare.syncMs);
      values.push(await oursMs(server, disk, format));
    }
    figures.push(
      judge({
        figure: `conversion of ${mebibytes} MiB of ${format} to qcow2, admitted, durable`,
        unit: 'ms',
        values,
        references,
        referenceIs: 'qemu-img and a hash',
        target: { atMost: 1.15 },
        also: { bareSyncMs: syncMs },
      }),
    );
  }
  return figures;
}

/** No zeros in it: all of it is to be copied. */
async function writeDisk(path: string, mebibytes: number): Promise<void> {
  const part = randomBytes(MIB);
  await pipeline(
    Array.from({ length: mebibytes }, () => part),
    createWriteStream(path, { flush: true }),
  );
}

async function converted(from: string, format: string, to: string, path: string): Promise<string> {
  await run('qemu-img', ['convert', '-f', format, '-O', to, from, path]);
  return path;
}

/** What it would take besides to make the result durable, as ours is, is told apart. */
async function runBare(bench: Bench, disk: string, format: string): Promise<{ ms: number; syncMs: number }> {
  const result = join(bench.folder, 'bare.qcow2');
  const startedMs = performance.now();
  await converted(disk, format, 'qcow2', result);
  await pipeline(createReadStream(result, { highWaterMark: MIB }), createHash('sha256'));
  const ms = performance.now() - startedMs;
  const file = await open(result);
  await file.sync();
  await file.close();
  const syncMs = performance.now() - startedMs - ms;
  await rm(result);
  return { ms, syncMs: Math.round(syncMs) };
}

interface Operation {
  readonly status: string;
  readonly error: string | null;
  readonly image_id: number;
  readonly started_at: string;
  readonly finished_at: string;
}

/** From the start of the work to its end, as the operation tells it. */
async function oursMs(server: ServerUnderTest, disk: string, format: string): Promise<number> {
  const { authorization: headers, url } = server;
  const id = await push(server, disk, format);
  await (await fetch(`${url}/operations/${id}/logs`, { headers })).text(); // ends with the work
  const operation = (await (await fetch(`${url}/operations/${id}`, { headers })).json()) as Operation;
  if (operation.status !== 'succeeded') throw new Error(`A conversion ${operation.status}: ${operation.error}`);
  await remove(server, operation.image_id);
  return Date.parse(operation.finished_at) - Date.parse(operation.started_at);
}

/** The number of the operation. */
async function push({ url, authorization }: ServerUnderTest, disk: string, format: string): Promise<number> {
  const sending = request(`${url}/images?name=disk&format=${format}`, {
    method: 'POST',
    headers: {
      ...authorization,
      'Content-Type': 'application/octet-stream',
      'Content-Length': (await stat(disk)).size,
    },
    agent: false,
  });
  const answered = once(sending, 'response') as Promise<[IncomingMessage]>;
  await pipeline(createReadStream(disk, { highWaterMark: MIB }), sending);
  const [response] = await answered;
  const body = Buffer.concat(await response.toArray()).toString();
  const id = /operations\/(\d+)>/.exec(String(response.headers.link))?.[1];
  if (response.statusCode !== 202 || id === undefined)
    throw new Error(`A push answered ${response.statusCode}: ${body}`);
  return Number(id);
}
