import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Bench } from '../bench.js';
import { type Figure, judge } from '../figure.js';
import { judgeFirstLine } from '../first-line.js';
import { askFor, assertSucceeded, followLog } from '../operation.js';
import type { ServerUnderTest } from '../server-under-test.js';
import { remove, upload } from '../transfer.js';

const MAX_FIRST_LINE_MS = 500;

/** One large file that the bare server has, as an image of ours and by curl, taking turns. */
export async function measureDownloads(bench: Bench): Promise<Figure[]> {
  const sizeBytes = bench.quick ? 2 ** 28 : 2 ** 30;
  const bare = await bench.bare();
  const server = await bench.server('downloads', { DOWNLOAD_ALLOW: new URL(bare.url).host });
  await upload(bare, sizeBytes); // what it then has as /file
  const [ours, curl, firstLines]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < (bench.quick ? 2 : 4); run++) {
    bench.progress(`downloads: round ${run + 1}`);
    curl.push(sizeBytes / 2 ** 20 / (await curlSeconds(`${bare.url}/file`, join(bench.folder, 'curl.bin'))));
    const { seconds, firstLineMs } = await ownSeconds(server, `${bare.url}/file`);
    ours.push(sizeBytes / 2 ** 20 / seconds);
    firstLines.push(firstLineMs);
  }
  await bench.discard('downloads');
  return [
    judge({
      figure: `image of ${sizeBytes / 2 ** 20} MiB from a URL, hashed, admitted, durable`,
      unit: 'MiB/s',
      values: ours,
      references: curl,
      referenceIs: 'curl | tee >(sha256sum) > file',
      target: { atLeast: 0.8 },
    }),
    judgeFirstLine('from POST to the first line of its log, by three requests', firstLines, MAX_FIRST_LINE_MS),
  ];
}

/** From the request to the end of the operation. */
async function ownSeconds(server: ServerUnderTest, url: string): Promise<{ seconds: number; firstLineMs: number }> {
  const startedMs = performance.now();
  const asked = await askFor(server, url);
  const { firstMs } = await followLog(server, `/operations/${asked.operationId}/logs`);
  const seconds = (performance.now() - startedMs) / 1000;
  await assertSucceeded(server, asked);
  await remove(server, asked.imageId);
  return { seconds, firstLineMs: firstMs - startedMs };
}

async function curlSeconds(url: string, file: string): Promise<number> {
  const startedMs = performance.now();
  const script = 'set -o pipefail; curl -sf "$0" | tee >(sha256sum > "$1.sum") > "$1"; wait';
  await promisify(execFile)('bash', ['-c', script, url, file]);
  const seconds = (performance.now() - startedMs) / 1000;
  await rm(file);
  return seconds;
}
