import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, gzipSync, zstdCompressSync } from 'node:zlib';
import { type CompressionKind, COMPRESSION_KINDS, Decompressor } from '#platform/decompression';
import { Sandbox } from '#platform/sandbox';
import { eventually } from '../../support/eventually.js';
import { countRunning } from '../sandbox/box.js';

const MIB = 2 ** 20;
const PLENTY = { maxBytes: 2 ** 30 };

const decompressor = new Decompressor(new Sandbox('bubblewrap'));

const program = (command: string, args: string[], input: Buffer): Buffer =>
  execFileSync(command, args, { input, maxBuffer: 64 * MIB });

const PACK: Readonly<Record<CompressionKind, (bytes: Buffer) => Buffer>> = {
  gz: (bytes) => gzipSync(bytes),
  zst: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_checksumFlag]: 1 } }),
  xz: (bytes) => program('xz', ['-c', '-0'], bytes),
  bz2: (bytes) => program('bzip2', ['-c'], bytes),
};

/** Counts what was taken of it, and tells whether it was let go. */
class Source implements AsyncIterable<Buffer> {
  takenBytes = 0;
  isClosed = false;

  constructor(
    private readonly bytes: Buffer,
    private readonly pieceBytes = 65_536,
  ) {}

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    try {
      for (let at = 0; at < this.bytes.length; at += this.pieceBytes) {
        const piece = this.bytes.subarray(at, at + this.pieceBytes);
        this.takenBytes += piece.length;
        yield piece;
      }
    } finally {
      this.isClosed = true;
    }
  }
}

async function unpack(kind: CompressionKind, source: AsyncIterable<Buffer>, limits = PLENTY): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of decompressor.decompress(kind, source, limits)) pieces.push(piece);
  return Buffer.concat(pieces);
}

const CONTENT = Buffer.concat([randomBytes(300_000), Buffer.alloc(500_000, 'text '), randomBytes(10)]);

describe.each(COMPRESSION_KINDS)('%s', (kind) => {
  const packed = PACK[kind](CONTENT);

  it.each([1 * MIB, 65_536, 4096, 977])('unpacks what comes in pieces of %d bytes', async (pieceBytes) => {
    expect((await unpack(kind, new Source(packed, pieceBytes))).equals(CONTENT)).toBe(true);
  });

  it.each([10 * MIB, 65_536, 1000])(
    'unpacks several members after each other, in pieces of %d bytes',
    async (pieceBytes) => {
      const second = PACK[kind](Buffer.from('second'));
      const source = new Source(Buffer.concat([packed, second, PACK[kind](Buffer.alloc(0)), second]), pieceBytes);
      const expected = Buffer.concat([CONTENT, Buffer.from('secondsecond')]);
      expect((await unpack(kind, source)).equals(expected)).toBe(true);
    },
  );

  it.each([10 * MIB, 1000])('refuses what is truncated, in pieces of %d bytes', async (pieceBytes) => {
    for (const length of [packed.length - 1, packed.length - 20, Math.floor(packed.length / 2), 12]) {
      const source = new Source(packed.subarray(0, length), pieceBytes);
      await expect(unpack(kind, source)).rejects.toThrow(`${kind}: the data is truncated`);
    }
  });

  it.each([10 * MIB, 1000])('refuses what is followed by something else, in pieces of %d bytes', async (pieceBytes) => {
    const source = new Source(Buffer.concat([packed, Buffer.from('this is no compressed data')]), pieceBytes);
    await expect(unpack(kind, source)).rejects.toThrow(/^\w+: (the data is corrupt, or )?something else follows /);
  });

  it('refuses other kinds, plain bytes and no bytes', async () => {
    const others = COMPRESSION_KINDS.filter((other) => other !== kind).map((other) => PACK[other](CONTENT));
    for (const bytes of [...others, CONTENT, Buffer.from('x')]) {
      const refused = unpack(kind, new Source(bytes));
      await expect(refused).rejects.toThrow(`${kind}: the data is not of this kind; declare what it is`);
    }
    await expect(unpack(kind, new Source(Buffer.alloc(0)))).rejects.toThrow(`${kind}: the data is empty`);
  });

  it('refuses what is corrupt', async () => {
    const bytes = Buffer.from(packed);
    bytes.fill(0xa5, 50_000, 51_000);
    await expect(unpack(kind, new Source(bytes))).rejects.toMatchObject({ name: 'DecompressionError', kind });
  });

  it('stops a bomb at the limit, and gives out no byte more', async () => {
    const source = new Source(PACK[kind](Buffer.alloc(20 * MIB)));
    let unpackedBytes = 0;
    const explosion = async (): Promise<void> => {
      for await (const piece of decompressor.decompress(kind, source, { maxBytes: MIB })) unpackedBytes += piece.length;
    };
    await expect(explosion()).rejects.toMatchObject({ name: 'DecompressedSizeError', maxBytes: MIB });
    expect(unpackedBytes).toBeLessThanOrEqual(MIB);
    expect(source.isClosed).toBe(true);
  });

  it('takes exactly as much as the limit', async () => {
    expect((await unpack(kind, new Source(packed), { maxBytes: CONTENT.length })).length).toBe(CONTENT.length);
  });

  it('reads no further than it is read, and ends with its reader', async () => {
    const source = new Source(PACK[kind](randomBytes(6 * MIB)));
    for await (const piece of decompressor.decompress(kind, source, PLENTY)) {
      expect(piece.length).toBeGreaterThan(0);
      break;
    }
    expect(source.takenBytes).toBeLessThan(3 * MIB);
    expect(source.isClosed).toBe(true);
    await eventually(async () => expect(await countRunning('--decompress --stdout')).toBe(0));
  });

  it('passes on what its source fails with', async () => {
    const failure = new Error('The client has gone');
    const failing = async function* (): AsyncGenerator<Buffer> {
      yield packed.subarray(0, 100_000);
      throw failure;
    };
    await expect(unpack(kind, failing())).rejects.toBe(failure);
  });
});

it('xz that needs much memory is refused with what to do about it', async () => {
  const packed = program('xz', ['-c', '--lzma2=preset=0,dict=512MiB'], CONTENT);
  await expect(unpack('xz', new Source(packed))).rejects.toThrow('compress it with a smaller dictionary');
});

it('zst with a first frame to skip is unpacked', async () => {
  const skippable = Buffer.from([0x50, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 1, 2, 3, 4]);
  const source = new Source(Buffer.concat([skippable, PACK.zst(CONTENT)]));
  expect((await unpack('zst', source)).equals(CONTENT)).toBe(true);
});

it('zst that needs much memory is refused with what to do about it', async () => {
  // `printf hello | zstd --long=28`
  const packed = Buffer.from('28b52ffd0490290000' + '68656c6c6f' + 'a36d9f88', 'hex');
  await expect(unpack('zst', new Source(packed))).rejects.toThrow('compress it without --long');
});
