import { constants, open } from 'node:fs/promises';
import { promisify } from 'node:util';
import { crc32, deflate } from 'node:zlib';

/** A screen of 4096 × 2160 is 27 MB. */
const MAX_BYTES = 64 * 2 ** 20;
/** Width, height and the largest value, each after white space (netpbm's ppm(5), as QEMU writes it). */
const HEADER = /^P6\s(\d{1,5})\s(\d{1,5})\s255\s/;
const MAX_HEADER_BYTES = 32;

/**
 * A picture as PNG (ISO/IEC 15948), made of a file in PPM. The file is a stranger's: nothing but its pixels comes over.
 * Undefined where it is no such picture.
 */
export async function pngOfPpm(path: string): Promise<Buffer | undefined> {
  const bytes = await readPlainFile(path);
  const header = HEADER.exec(bytes?.toString('latin1', 0, MAX_HEADER_BYTES) ?? '');
  if (!bytes || !header) return undefined;
  const [width, height] = [Number(header[1]), Number(header[2])];
  const pixels = bytes.subarray(header[0].length);
  if (width === 0 || height === 0 || pixels.length !== 3 * width * height) return undefined;
  return png(width, height, pixels);
}

/** What a link leads to is not for us. */
async function readPlainFile(path: string): Promise<Buffer | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  try {
    const facts = await file?.stat();
    if (!file || !facts?.isFile() || facts.nlink !== 1 || facts.size > MAX_BYTES) return undefined;
    return await file.readFile();
  } finally {
    await file?.close();
  }
}

/** Section 11: signature, header (8 bits of red, green and blue), data (each row after the filter none), end. */
async function png(width: number, height: number, pixels: Buffer): Promise<Buffer> {
  const rowBytes = 3 * width;
  const rows = Buffer.alloc(height * (rowBytes + 1));
  for (let row = 0; row < height; row++)
    pixels.copy(rows, row * (rowBytes + 1) + 1, row * rowBytes, (row + 1) * rowBytes);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  const data = await promisify(deflate)(rows);
  return Buffer.concat([
    Buffer.from('89504e470d0a1a0a', 'hex'),
    chunk('IHDR', header),
    chunk('IDAT', data),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Section 5.3: length, type, data, and the CRC of type and data. */
function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, crc] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  crc.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, crc]);
}
