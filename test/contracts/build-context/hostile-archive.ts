/** What is wrong with an archive, the archive, and what is said of it. */
export type Hostile = readonly [problem: string, archive: Buffer, message: string];

/** An archive without its end. */
export const cut = (bytes: Buffer, missing: number): Buffer => bytes.subarray(0, bytes.length - missing);
