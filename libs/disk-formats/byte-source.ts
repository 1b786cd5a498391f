/**
 * Random access to the bytes of a file; the byte sources of `#qcow2` fit.
 *
 * `read` resolves to `length` bytes from `offset`, and to fewer only at the end of the file. When the medium fails, it
 * rejects, and `inspectDisk` passes that on.
 */
export interface ByteSource {
  readonly sizeBytes: number;
  read(offset: number, length: number): Promise<Buffer>;
}
