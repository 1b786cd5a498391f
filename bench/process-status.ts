import { readFileSync } from 'node:fs';

/** Linux counts processor time in ticks of 10 ms for every program. */
const TICK_MS = 10;

/** Memory of a process in bytes: all that is resident, and of that what is no file's. */
export interface Memory {
  readonly residentBytes: number;
  readonly anonymousBytes: number;
}

export function memoryOf(pid: number): Memory {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
  return { residentBytes: field('VmRSS'), anonymousBytes: field('RssAnon') };
}

/** Processor time of all threads of a process so far. */
export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' '); // the name before may hold spaces
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
