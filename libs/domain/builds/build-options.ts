import { DomainError, FieldProblems } from '#kernel';
import { type DiskOptions, readDiskOptions } from '#platform/image-builder';
import { type BootTestOptions, type BootTestWords, readBootTestOptions } from '#domain/boot-tests';

/** What a build is told besides its Dockerfile. */
export interface BuildOptions {
  readonly disk: Omit<DiskOptions, 'seed'>;
  /** Values of `ARG`s. */
  readonly args: Readonly<Record<string, string>>;
  /** The stage that is built; undefined for the last. */
  readonly target: string | undefined;
  /** False for none; undefined for the usual one, where the worker can. */
  readonly bootTest: BootTestOptions | boolean | undefined;
}

const KEYS = ['disk', 'args', 'target', 'boot_test'];
const ARG_NAME = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
const STAGE_NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,127}$/;
const MAX_ARG_LENGTH = 4096;

/**
 * Reads the options of a build from JSON: `disk`, `args`, `target` and `boot_test`, each of which may be left out.
 * @throws DomainError `invalid` that blames `build` and names all that is wrong
 */
export function readBuildOptions(raw: unknown): BuildOptions {
  const problems = new FieldProblems();
  if (raw !== undefined && !isObject(raw)) problems.add('build', 'Build must be a JSON object').throwIfAny();
  const { disk, args, target, boot_test: bootTest } = isObject(raw) ? raw : {};
  for (const key of Object.keys(isObject(raw) ? raw : {})) {
    problems.check(KEYS.includes(key), 'build', `Build.${key} should not exist; there are: ${KEYS.join(', ')}`);
  }
  const options = {
    disk: readDisk(disk, problems),
    args: readArgs(args, problems),
    target: readTarget(target, problems),
    bootTest: readBootTest(bootTest, problems),
  };
  problems.throwIfAny();
  return options;
}

function readDisk(raw: unknown, problems: FieldProblems): BuildOptions['disk'] {
  const reading = readDiskOptions(raw);
  for (const message of Object.values(reading.problems ?? {}).flat()) problems.add('build', `Build.disk: ${message}`);
  return reading.options ?? { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64' };
}

function readArgs(raw: unknown = {}, problems: FieldProblems): BuildOptions['args'] {
  const isRight =
    isObject(raw) &&
    Object.entries(raw).every(
      ([name, value]) => ARG_NAME.test(name) && typeof value === 'string' && value.length <= MAX_ARG_LENGTH,
    );
  if (isRight) return raw as Readonly<Record<string, string>>; // each value was looked at
  problems.add('build', `Build.args must be an object of texts by name, each of at most ${MAX_ARG_LENGTH} characters`);
  return {};
}

function readTarget(raw: unknown, problems: FieldProblems): string | undefined {
  if (raw === undefined || (typeof raw === 'string' && STAGE_NAME.test(raw))) return raw;
  problems.add('build', 'Build.target must be the name of a stage');
  return undefined;
}

const BOOT_TEST_WORDS = {
  timeout_seconds: 'number',
  memory: 'number',
  marker: 'string',
  firmware: 'string',
  disk_bus: 'string',
};

function readBootTest(raw: unknown, problems: FieldProblems): BuildOptions['bootTest'] {
  if (raw === undefined || typeof raw === 'boolean') return raw;
  if (!isObject(raw)) return void problems.add('build', 'Build.boot_test must be true, false or an object');
  const types: Readonly<Record<string, string>> = BOOT_TEST_WORDS;
  for (const [key, value] of Object.entries(raw)) {
    problems.check(typeof value === types[key], 'build', `Build.boot_test.${key} should not exist, or not be this`);
  }
  if (problems.has('build')) return undefined;
  const { timeout_seconds: timeoutSeconds, memory: memoryBytes, disk_bus: diskBus, ...words } = raw;
  try {
    return readBootTestOptions({ ...words, timeoutSeconds, memoryBytes, diskBus } as BootTestWords); // their types were looked at
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    for (const message of Object.values(error.fields ?? {}).flat())
      problems.add('build', `Build.boot_test: ${message}`);
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
