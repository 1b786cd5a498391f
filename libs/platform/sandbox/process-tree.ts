import { readdir, readFile } from 'node:fs/promises';

/** What processes use together. */
export interface TreeUse {
  /** With their threads. */
  readonly processes: number;
  /** Memory that no file holds; what several share counts for each. */
  readonly memoryBytes: number;
  /** Of those that run and of those they have waited for. */
  readonly cpuSeconds: number;
}

/** Linux tells times to programs in hundredths of a second on every architecture we run on (`sysconf(_SC_CLK_TCK)`). */
const TICKS_PER_SECOND = 100;
const KIB = 1024;

/** The processes that a process has started itself, by number. */
export async function childrenOf(pid: number): Promise<number[]> {
  // Each thread has children of its own; proc(5).
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(threads.map((thread) => read(`/proc/${pid}/task/${thread}/children`)));
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/**
 * What a process and all below it use, as far as they are still there.
 * @param maxProcesses where the search ends: who has more than that is known to have too many
 */
export async function readTree(pid: number, maxProcesses: number): Promise<TreeUse> {
  let [processes, memoryBytes, cpuSeconds] = [0, 0, 0];
  const waiting = [pid];
  for (let next = waiting.pop(); next !== undefined && processes <= maxProcesses; next = waiting.pop()) {
    const [status, stat, children] = await Promise.all([
      read(`/proc/${next}/status`),
      read(`/proc/${next}/stat`),
      childrenOf(next),
    ]);
    waiting.push(...children);
    processes += field(status, 'Threads');
    memoryBytes += (field(status, 'RssAnon') + field(status, 'RssShmem')) * KIB;
    cpuSeconds += ticks(stat) / TICKS_PER_SECOND;
  }
  return { processes, memoryBytes, cpuSeconds };
}

const field = (status: string, name: string): number =>
  Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0);

/** utime, stime, cutime and cstime: the 14th to 17th field, counted behind the name, which may hold anything. */
function ticks(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, value) => sum + Number(value), 0);
}

/** Nothing for a process that has ended meanwhile. */
const read = (path: string): Promise<string> => readFile(path, 'latin1').catch(() => '');
