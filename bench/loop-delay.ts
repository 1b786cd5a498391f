import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import type { Settings } from './server-under-test.js';
import type { Program } from './program.js';

/** How an event loop fared over a while, in milliseconds. */
export interface LoopDelay {
  /** The longest that its thread computed between two turns. */
  readonly heldMs: number;
  /** The same where V8 collected its whole heap meanwhile, which it does by itself; 0 where it did not. */
  readonly collectionMs: number;
  /** The latest that a turn came, also where the thread had to wait for a processor. */
  readonly lateMs: number;
  readonly lateP999Ms: number;
}

/** For a server that is to be asked by `takeLoopDelay`. */
export const WITH_PROBE: Settings = {
  NODE_OPTIONS: `--import=${pathToFileURL(join(import.meta.dirname, 'loop-delay-probe.ts')).href}`,
};

/** Of the time since it was asked last. */
export async function takeLoopDelay({ pid, output }: Program): Promise<LoopDelay> {
  const from = output.length;
  process.kill(pid, 'SIGUSR2');
  for (;;) {
    const found = /^Loop delay: (.*)$/m.exec(output.slice(from).join('\n'))?.[1];
    if (found !== undefined) return JSON.parse(found) as LoopDelay;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
