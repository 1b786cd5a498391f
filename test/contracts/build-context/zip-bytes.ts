import { crc32, deflateRawSync } from 'node:zlib';

/** An entry of a zip archive, as wrong as one likes. APPNOTE.TXT, 4.3. */
export interface ZipEntry {
  readonly name: string | Buffer;
  readonly body?: string | Buffer;
  /** 0 stored, 8 deflated. */
  readonly method?: number;
  readonly flags?: number;
  /** The upper half of the attributes. Python writes it, with the type of file. */
  readonly unixMode?: number;
  /** 3 for Unix, 0 for Windows. */
  readonly host?: number;
  /** What the directory says, and its header, where that is not the truth. */
  readonly size?: number;
  readonly crc?: number;
  readonly localName?: string;
  readonly localSize?: number;
  /** Where the directory says its header is. */
  readonly offset?: number;
  /** Whether it is listed; it is there in any case. */
  readonly isListed?: boolean;
  /** Where false it has no header and data of its own. */
  readonly isWritten?: boolean;
  readonly extra?: Buffer;
}

interface Laid {
  readonly local: Buffer;
  readonly central: Buffer;
}

const TIME = 0x6000;
const DATE = 0x5766;

function lay(entry: ZipEntry, at: number): Laid {
  const { isListed = true, isWritten = true } = entry;
  return {
    local: isWritten ? localEntry(entry) : Buffer.alloc(0),
    central: isListed ? centralEntry(entry, entry.offset ?? at) : Buffer.alloc(0),
  };
}

function localEntry(entry: ZipEntry): Buffer {
  const name = Buffer.from(entry.localName ?? entry.name);
  const lengths = Buffer.alloc(4);
  lengths.writeUInt16LE(name.length);
  const size = entry.localSize ?? sizeOf(entry);
  return Buffer.concat([Buffer.from('PK\x03\x04'), common(entry, size), lengths, name, dataOf(entry)]);
}

function centralEntry(entry: ZipEntry, offset: number): Buffer {
  const { unixMode = 0, host = 3, extra = Buffer.alloc(0) } = entry;
  const name = Buffer.from(entry.name);
  const tail = Buffer.alloc(18);
  tail.writeUInt16LE(name.length, 0);
  tail.writeUInt16LE(extra.length, 2);
  tail.writeUInt32LE((unixMode << 16) >>> 0, 10);
  tail.writeUInt32LE(offset, 14);
  const made = Buffer.from([20, host]);
  return Buffer.concat([Buffer.from('PK\x01\x02'), made, common(entry, sizeOf(entry)), tail, name, extra]);
}

/** What both kinds of header hold. */
function common(entry: ZipEntry, size: number): Buffer {
  const { method = 8, flags = 0, crc = crc32(entry.body ?? '') } = entry;
  const bytes = Buffer.alloc(22);
  [20, flags, method, TIME, DATE].forEach((value, index) => bytes.writeUInt16LE(value, 2 * index));
  [crc, dataOf(entry).length, size].forEach((value, index) => bytes.writeUInt32LE(value, 10 + 4 * index));
  return bytes;
}

const sizeOf = ({ size, body = '' }: ZipEntry): number => size ?? Buffer.from(body).length;

function dataOf({ method = 8, body = '' }: ZipEntry): Buffer {
  return method === 8 ? deflateRawSync(body) : Buffer.from(body);
}

/** A whole archive. @param listed how many entries its end says there are */
export function zipOf(entries: readonly ZipEntry[], listed?: number): Buffer {
  let at = 0;
  const laid = entries.map((entry) => {
    const one = lay(entry, at);
    at += one.local.length;
    return one;
  });
  const directory = Buffer.concat(laid.map(({ central }) => central));
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  const count = listed ?? entries.filter(({ isListed }) => isListed !== false).length;
  end.writeUInt16LE(count, 8);
  end.writeUInt16LE(count, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...laid.map(({ local }) => local), directory, end]);
}
