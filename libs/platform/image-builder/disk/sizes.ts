export const MIB = 2 ** 20;

export const GIB = 2 ** 30;

export const TIB = 2 ** 40;

/** The next multiple of `step`, or `bytes` itself. */
export function roundUp(bytes: number, step: number): number {
  return Math.ceil(bytes / step) * step;
}

/** As people say it, in whole MiB, never less than it is: `96 MiB`. */
export function inMiB(bytes: number): string {
  return `${Math.ceil(bytes / MIB)} MiB`;
}
