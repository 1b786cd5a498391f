/**
 * Gives back, at once, the memory of bytes that nobody will look at again. The garbage collector would do so in time; but it
 * sees a transfer as tens of MiB of garbage again and again, and each time collects the whole heap: that took more
 * processor time than all else of a transfer, and stopped every other request for tens of milliseconds.
 * Bytes that share their memory with others are left alone.
 */
export function releaseMemory({ buffer, byteLength }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === byteLength) buffer.transfer(0);
}
