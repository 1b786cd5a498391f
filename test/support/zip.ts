import { crc32, deflateRawSync } from 'node:zlib';

/** A file in an archive. */
export interface ZippedFile {
  readonly name: string;
  readonly content: string | Buffer;
}

const VERSION = 20;
const DEFLATED = 8;
/** Of a name that is not ASCII. */
const UTF8 = 0x800;
/** 1980-01-01, the first day that an archive knows. */
const DAY = 0x21;

/** A zip archive of deflated files, as Python's zipfile writes one (APPNOTE.TXT, section 4.3). */
export function zipOf(...files: readonly ZippedFile[]): Buffer {
  const [bodies, entries]: [Buffer[], Buffer[]] = [[], []];
  let position = 0;
  for (const { name, content } of files) {
    const [path, plain] = [Buffer.from(name), Buffer.from(content)];
    const packed = deflateRawSync(plain);
    const facts = factsOf(plain, packed, path);
    const body = Buffer.concat([Buffer.from('PK\x03\x04'), words(VERSION), facts, path, packed]);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(0o100644 * 65536, 6); // a plain file that its owner may write
    tail.writeUInt32LE(position, 10);
    entries.push(Buffer.concat([Buffer.from('PK\x01\x02'), words(0x300 + VERSION, VERSION), facts, tail, path]));
    bodies.push(body);
    position += body.length;
  }
  const directory = Buffer.concat(entries);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(files.length, 8);
  end.writeUInt16LE(files.length, 10);
  end.writeUInt32LE(directory.length, 12);
  end.writeUInt32LE(position, 16);
  return Buffer.concat([...bodies, directory, end]);
}

/** What both headers of a file say: from its flags to the lengths of its name and of what comes after. */
function factsOf(plain: Buffer, packed: Buffer, path: Buffer): Buffer {
  const sizes = Buffer.alloc(12);
  [crc32(plain), packed.length, plain.length].forEach((value, index) => sizes.writeUInt32LE(value, index * 4));
  const flags = path.every((byte) => byte < 0x80) ? 0 : UTF8;
  return Buffer.concat([words(flags, DEFLATED, 0, DAY), sizes, words(path.length, 0)]);
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  values.forEach((value, index) => bytes.writeUInt16LE(value, index * 2));
  return bytes;
}
