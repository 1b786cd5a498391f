/** The compressed bytes cannot be taken; the message tells their sender why. */
export class DecompressionError extends Error {
  override readonly name = 'DecompressionError';

  constructor(
    readonly kind: string,
    problem: string,
  ) {
    super(`${kind}: ${problem}`);
  }
}

/** The bytes unfold to more than they may. */
export class DecompressedSizeError extends Error {
  override readonly name = 'DecompressedSizeError';

  constructor(readonly maxBytes: number) {
    super(`Unpacked, this is more than the ${maxBytes} bytes that are taken`);
  }
}

/** The program for this kind is not on the server; the message names its package to the operator. */
export class DecompressorMissingError extends Error {
  override readonly name = 'DecompressorMissingError';
}
