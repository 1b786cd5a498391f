import type { Bench } from '../bench.js';
import { type Figure, judge } from '../figure.js';
import { processorMs } from '../process-status.js';
import type { Program } from '../program.js';
import { download, remove, type Target, upload } from '../transfer.js';

interface Runs {
  readonly mibPerSecond: number[];
  readonly processorMs: number[];
}

/** Uploads and downloads of one large file, ours and bare taking turns. */
export async function measureTransfers(bench: Bench): Promise<Figure[]> {
  const sizeBytes = bench.quick ? 2 ** 28 : 2 ** 30;
  const [server, bare] = [await bench.server(), await bench.bare()];
  const up = { ours: newRuns(), bare: newRuns() };
  const down = { ours: newRuns(), bare: newRuns() };
  for (let run = 0; run < (bench.quick ? 2 : 4); run++) {
    bench.progress(`transfers: round ${run + 1}`);
    await timed(bare, up.bare, sizeBytes, async () => (await upload(bare, sizeBytes)).ms);
    let id: number | undefined;
    await timed(server, up.ours, sizeBytes, async () => {
      const uploaded = await upload(server, sizeBytes);
      ({ id } = uploaded);
      return uploaded.ms;
    });
    await timed(bare, down.bare, sizeBytes, () => download(bare, '/file', sizeBytes));
    await timed(server, down.ours, sizeBytes, () => download(server, `/images/${id}/file`, sizeBytes));
    await remove(server, id);
  }
  const mib = `${sizeBytes / 2 ** 20} MiB`;
  return [
    compare(`upload of ${mib}, hashed, admitted, durable`, up, { atLeast: 0.8, aim: 1.2 }),
    compare(`download of ${mib}`, down, { atLeast: 0.9 }),
  ];
}

function newRuns(): Runs {
  return { mibPerSecond: [], processorMs: [] };
}

async function timed(
  program: Program & Target,
  runs: Runs,
  sizeBytes: number,
  transfer: () => Promise<number>,
): Promise<void> {
  const before = processorMs(program.pid);
  const ms = await transfer();
  runs.mibPerSecond.push(sizeBytes / 2 ** 20 / (ms / 1000));
  runs.processorMs.push(processorMs(program.pid) - before);
}

function compare(figure: string, runs: { ours: Runs; bare: Runs }, target: { atLeast: number; aim?: number }): Figure {
  return judge({
    figure,
    unit: 'MiB/s',
    values: runs.ours.mibPerSecond,
    references: runs.bare.mibPerSecond,
    referenceIs: 'bare',
    target,
    also: { processorMs: runs.ours.processorMs, bareProcessorMs: runs.bare.processorMs },
  });
}
