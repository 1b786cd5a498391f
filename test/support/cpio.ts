import { Buffer } from 'node:buffer';

/** A file, or a folder where there is no content, in an archive for the kernel's initramfs. */
export interface CpioEntry {
  /** From the root, without a leading slash; folders come before what is in them. */
  readonly path: string;
  readonly content?: Buffer;
}

const FOLDER = 0o040755;
const PROGRAM = 0o100755;

/** An archive in the format "newc", which the kernel unpacks at boot (its buffer-format.rst). All in it is root's. */
export function cpioArchive(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.map(({ path, content }, index) =>
    record(path, content ?? Buffer.alloc(0), { inode: index + 1, mode: content ? PROGRAM : FOLDER }),
  );
  return Buffer.concat([...parts, record('TRAILER!!!', Buffer.alloc(0), { inode: 0, mode: 0 })]);
}

function record(path: string, content: Buffer, { inode, mode }: { inode: number; mode: number }): Buffer {
  const name = Buffer.from(`${path}\0`);
  const noDevices = [0, 0, 0, 0];
  const fields = [inode, mode, 0, 0, 1, 0, content.length, ...noDevices, name.length, 0];
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`;
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header), name])), padded(content)]);
}

function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
