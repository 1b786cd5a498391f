import { type BootEnd, DISK_BUSES, type DiskBus, FIRMWARES, type Firmware } from '#platform/emulator';
import { FieldProblems } from '#kernel';

export const FIRMWARE_WORDS = ['auto', ...FIRMWARES] as const;

/** What a machine may have at least, and at most, in bytes. */
export const MIN_MEMORY_BYTES = 64 * 2 ** 20;
export const MAX_MEMORY_BYTES = 4 * 2 ** 30;
export const MAX_TIMEOUT_SECONDS = 3_600;
const MAX_MARKER = 256;

/** How a disk is to be booted; what is left out is for the server's settings to say. */
export interface BootTestOptions {
  readonly timeoutSeconds?: number | undefined;
  /** A text on one line of the console: only that is success then. */
  readonly marker?: string | undefined;
  readonly memoryBytes?: number | undefined;
  /** `auto`: BIOS, and where that finds nothing to boot, UEFI. */
  readonly firmware?: Firmware | 'auto' | undefined;
  readonly diskBus?: DiskBus | undefined;
}

/** The last boot test of an image. */
export interface BootTest {
  readonly operationId: number;
  readonly outcome: 'passed' | 'failed';
  readonly endedBy: BootEnd;
  /** Why it failed, with the console's last lines. */
  readonly reason: string | null;
  readonly seconds: number;
  readonly firmware: Firmware;
  readonly testedAt: Date;
  readonly hasScreen: boolean;
}

/** The same as words that people write. */
export interface BootTestWords extends Pick<BootTestOptions, 'timeoutSeconds' | 'marker' | 'memoryBytes'> {
  readonly firmware?: string | undefined;
  readonly diskBus?: string | undefined;
}

/** @throws DomainError `invalid` that names every word which means nothing */
export function readBootTestOptions(words: BootTestWords): BootTestOptions {
  const { timeoutSeconds, marker, memoryBytes } = words;
  const problems = new FieldProblems();
  const firmware = FIRMWARE_WORDS.find((one) => one === words.firmware);
  const diskBus = DISK_BUSES.find((one) => one === words.diskBus);
  problems
    .check(
      isWithin(timeoutSeconds, 1, MAX_TIMEOUT_SECONDS),
      'timeout_seconds',
      `Timeout_seconds must be a whole number from 1 to ${MAX_TIMEOUT_SECONDS}`,
    )
    .check(
      isWithin(memoryBytes, MIN_MEMORY_BYTES, MAX_MEMORY_BYTES),
      'memory',
      `Memory must be a number of bytes from ${MIN_MEMORY_BYTES} to ${MAX_MEMORY_BYTES}`,
    )
    .check(
      marker === undefined || isMarker(marker),
      'marker',
      `Marker must be a text of 1 to ${MAX_MARKER} characters on one line`,
    )
    .check(
      words.firmware === undefined || firmware !== undefined,
      'firmware',
      `Firmware must be one of ${FIRMWARE_WORDS.join(', ')}`,
    )
    .check(
      words.diskBus === undefined || diskBus !== undefined,
      'disk_bus',
      `Disk_bus must be one of ${DISK_BUSES.join(', ')}`,
    )
    .throwIfAny();
  return { timeoutSeconds, marker, memoryBytes, firmware, diskBus };
}

function isWithin(value: number | undefined, min: number, max: number): boolean {
  return value === undefined || (Number.isInteger(value) && value >= min && value <= max);
}

/** As it must stand on a line that is shown: lines end without white space. */
function isMarker(text: string): boolean {
  return text.length <= MAX_MARKER && text.trim() !== '' && text.trimEnd() === text && !/\p{Cc}/u.test(text);
}
