import type { Bench } from '../bench.js';
import type { Figure } from '../figure.js';
import { judgeGrowth, rest, watchPeak } from '../memory-growth.js';
import { remove, upload } from '../transfer.js';

const AT_ONCE = 4;
const MAX_GROWTH_MIB = 96;

/** How much more memory the process takes while four large files come in at once. PostgreSQL is not counted. */
export async function measureMemory(bench: Bench): Promise<Figure[]> {
  const sizeBytes = bench.quick ? 2 ** 28 : 2 ** 30;
  const server = await bench.server('memory');
  const idle = await rest(server.pid);
  bench.progress(`memory: ${AT_ONCE} uploads at once`);
  const watch = watchPeak(server.pid);
  const uploads = await Promise.all(Array.from({ length: AT_ONCE }, () => upload(server, sizeBytes)));
  const peak = watch.stop();
  for (const { id } of uploads) await remove(server, id);
  await bench.discard('memory');
  const figure = `memory: growth while ${AT_ONCE} uploads of ${sizeBytes / 2 ** 20} MiB run at once`;
  return [judgeGrowth({ figure, idle, peak, maxMib: MAX_GROWTH_MIB })];
}
