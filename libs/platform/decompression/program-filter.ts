import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  ProgramMissingError,
  type Sandbox,
  type SandboxedProcess,
  SandboxedProgramError,
  type SandboxLimits,
} from '#platform/sandbox';
import { DecompressionError, DecompressorMissingError } from './decompression.errors.js';
import type { Rereadable } from './rereadable.js';

const MIB = 2 ** 20;
const DAY_SECONDS = 86_400;
/** What `xz` may use: enough for `xz -9` (65 MiB) and dictionaries three times as large. */
const XZ_MEMORY_BYTES = 256 * MIB;

/** A transfer takes as long as its sender does; whoever reads the output watches that. */
const LIMITS: SandboxLimits = {
  cpuSeconds: DAY_SECONDS,
  memoryBytes: XZ_MEMORY_BYTES + 64 * MIB,
  fileBytes: 0,
  wallMs: 7 * DAY_SECONDS * 1000,
  processes: 4,
};

const PROGRAMS = {
  xz: {
    command: 'xz',
    args: ['--decompress', '--stdout', '--format=xz', '--threads=1', `--memlimit-decompress=${XZ_MEMORY_BYTES}`],
    debianPackage: 'xz-utils',
  },
  bz2: { command: 'bzip2', args: ['--decompress', '--stdout'], debianPackage: 'bzip2' },
} as const;

/** What the programs say, and what it means for a sender. */
const MEANINGS: readonly (readonly [RegExp, string])[] = [
  [/Memory usage limit reached/, 'needs more than 256 MiB of memory to unpack; compress it with a smaller dictionary'],
  [/trailing garbage/, 'something else follows the compressed data'],
  // xz, which takes what follows for another stream.
  [/format not recognized|Compressed data is corrupt/, 'the data is corrupt, or something else follows it'],
  [/Unexpected end of input|ends unexpectedly/, 'the data is truncated'],
];

/**
 * Unpacks by the program of the kind, in the sandbox: both formats allow several streams one after the other.
 * @throws DecompressionError, DecompressorMissingError, and as the sandbox does; errors of the input pass through
 */
export async function* unpackByProgram(
  sandbox: Sandbox,
  kind: keyof typeof PROGRAMS,
  input: Rereadable,
): AsyncGenerator<Buffer> {
  const dir = await mkdtemp(join(tmpdir(), 'unpack-'));
  try {
    const { command, args } = PROGRAMS[kind];
    const running = await sandbox.start({ command, args, dir, limits: LIMITS });
    try {
      yield* filter(running, input);
    } catch (error) {
      throw explain(kind, error);
    } finally {
      running.kill(new Error('Nobody reads on'));
      await running.finished.catch(() => undefined);
    }
    if (running.lastWords.includes('trailing garbage')) throw meaning(kind, running.lastWords);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** @throws DecompressorMissingError where the kind's program is not there, SandboxUnavailableError */
export async function assertProgram(sandbox: Sandbox, kind: keyof typeof PROGRAMS): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'unpack-'));
  try {
    await sandbox.run({ command: PROGRAMS[kind].command, args: ['--help'], dir, limits: LIMITS });
  } catch (error) {
    throw explain(kind, error);
  } finally {
    await rm(dir, { recursive: true });
  }
}

async function* filter(running: SandboxedProcess, input: Rereadable): AsyncGenerator<Buffer> {
  // What the input fails with is an error.
  void feed(running, input).catch((error: unknown) => running.kill(error as Error));
  try {
    // A stream of bytes is typed any.
    for await (const piece of running.stdout as AsyncIterable<Buffer>) yield piece;
  } catch (error) {
    // The output was cut because of something, which is the better reason.
    await running.finished;
    throw error;
  }
  await running.finished;
}

/** Gives the program its input as fast as it takes it, until it ends. */
async function feed({ stdin, finished }: SandboxedProcess, input: Rereadable): Promise<void> {
  const ended = finished.catch(() => undefined);
  for (let piece = await input.next(); piece && !stdin.destroyed; piece = await input.next()) {
    if (!stdin.write(piece)) await Promise.race([once(stdin, 'drain').catch(() => undefined), ended]);
  }
  stdin.end();
}

function explain(kind: keyof typeof PROGRAMS, error: unknown): unknown {
  if (error instanceof ProgramMissingError) {
    const { debianPackage } = PROGRAMS[kind];
    return new DecompressorMissingError(`${kind} cannot be unpacked here: install the package ${debianPackage}`);
  }
  return error instanceof SandboxedProgramError ? meaning(kind, error.lastWords) : error;
}

function meaning(kind: string, lastWords: string): DecompressionError {
  const problem = MEANINGS.find(([pattern]) => pattern.test(lastWords))?.[1];
  return new DecompressionError(kind, problem ?? 'the data is corrupt');
}
