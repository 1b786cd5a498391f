/** A header of a tar archive, as wrong as one likes. */
export interface TarEntry {
  readonly name: string | Buffer;
  /** The type flag. */
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly target?: string;
  readonly mode?: number;
  /** Instead of the body's. */
  readonly size?: string | number | Buffer;
  readonly mtime?: number;
  readonly checksum?: string;
  /** `ustar\0` and a version, GNU's, or nothing. */
  readonly magic?: string;
  readonly prefix?: string;
}

const BLOCK = 512;
const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');

/** One entry: its header, and its body up to a whole block. */
export function tarEntry(entry: TarEntry): Buffer {
  const { name, type = '0', target = '', mode = 0o644, mtime = 1_700_000_000, magic = 'ustar\x0000' } = entry;
  const body = Buffer.from(entry.body ?? '');
  const block = Buffer.alloc(BLOCK);
  Buffer.from(name).copy(block, 0, 0, 100);
  block.write(octal(mode, 7), 100);
  block.write(octal(1000, 7), 108);
  block.write(octal(1000, 7), 116);
  const { size = body.length } = entry;
  Buffer.from(typeof size === 'number' ? octal(size, 11) : size).copy(block, 124);
  block.write(octal(mtime, 11), 136);
  block.fill(' ', 148, 156);
  block.write(type, 156);
  block.write(target, 157, 100);
  block.write(magic, 257);
  block.write(entry.prefix ?? '', 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(entry.checksum ?? `${octal(sum, 6)}\0 `, 148);
  return Buffer.concat([block, body, Buffer.alloc((BLOCK - (body.length % BLOCK)) % BLOCK)]);
}

export const END = Buffer.alloc(2 * BLOCK);

/** A whole archive. */
export function tarOf(...entries: (TarEntry | Buffer)[]): Buffer {
  return Buffer.concat([...entries.map((entry) => (Buffer.isBuffer(entry) ? entry : tarEntry(entry))), END]);
}

/** An extended header with records, for the next entry or, as type `g`, for all. */
export function pax(records: Readonly<Record<string, string>>, type = 'x'): Buffer {
  const body = Object.entries(records).map(([key, value]) => {
    const rest = ` ${key}=${value}\n`;
    let length = Buffer.byteLength(rest);
    while (length !== Buffer.byteLength(`${length}${rest}`)) length = Buffer.byteLength(`${length}${rest}`);
    return `${length}${rest}`;
  });
  return tarEntry({ name: 'PaxHeaders/next', type, body: body.join('') });
}
