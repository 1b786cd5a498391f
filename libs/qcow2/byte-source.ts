/**
 * Random access to the bytes of a staged file.
 *
 * `read` resolves to `length` bytes from `offset`, and to fewer only when the file ends there. Errors of the medium
 * reject and pass through `inspect` unchanged: they say nothing about the image.
 */
export interface ByteSource {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Buffer>;
}
