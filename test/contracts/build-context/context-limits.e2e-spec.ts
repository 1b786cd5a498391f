import { gzipSync, zstdCompressSync } from 'node:zlib';
import { ContextBox } from './context-box.js';
import { pax, tarOf } from './tar-bytes.js';
import { zipOf } from './zip-bytes.js';

const MIB = 2 ** 20;

describe('limits of a build context', () => {
  let box: ContextBox;

  beforeEach(async () => {
    box = await ContextBox.create();
  });

  afterEach(() => box.remove());

  const files = Array.from({ length: 5 }, (_, index) => ({ name: `f${index}`, body: Buffer.alloc(1000, 'x') }));

  it.each([
    ['entries', { maxEntries: 4 }, 'the archive has more than 4 entries'],
    ['bytes', { maxBytes: 4999 }, 'the archive unpacks to more than 4999 bytes'],
    ['bytes of one file', { maxEntryBytes: 999 }, 'f0: is larger than the 999 bytes a file may have'],
  ])('refuses too many %s, of a tar and of a zip', async (_, limits, message) => {
    expect(await box.refused(tarOf(...files), limits)).toMatchObject({ givenBytes: 0, message });
    expect(await box.refused(zipOf(files), limits)).toMatchObject({ givenBytes: 0, message });
  });

  it('takes as much as the limits say', async () => {
    await box.clean(tarOf(...files), { maxEntries: 5, maxBytes: 5000, maxEntryBytes: 1000 });
    await box.clean(zipOf(files), { maxEntries: 5, maxBytes: 5000, maxEntryBytes: 1000 });
  });

  it('refuses what unpacks to many times its size', async () => {
    const body = Buffer.alloc(70 * MIB);
    const message = 'the archive unpacks to more than 200 times its size';
    expect(await box.refused(zipOf([{ name: 'zeros', body }]))).toMatchObject({ givenBytes: 0, message });
    const archive = zstdCompressSync(tarOf({ name: 'zeros', body }));
    expect(await box.refused(archive)).toMatchObject({ givenBytes: 0, message });
  });

  it('refuses zeros without end behind the end marker', async () => {
    const message = 'the archive unpacks to more than 5000 bytes';
    const archive = gzipSync(Buffer.alloc(20 * MIB));
    expect(await box.refused(archive, { maxBytes: 5000, maxEntries: 10 })).toMatchObject({ givenBytes: 0, message });
  });

  it('refuses names that fill the memory', async () => {
    const folders = 'n'.repeat(250).concat('/').repeat(15);
    const archive = tarOf(
      ...Array.from({ length: 4500 }, (_, index) => [pax({ path: `${folders}${index}` }), { name: 'x' }]).flat(),
    );
    expect(await box.refused(archive)).toMatchObject({
      givenBytes: 0,
      message: 'the archive has names of more than 16777216 bytes together',
    });
  });

  it.each([
    ['tar', tarOf],
    ['zip', (...entries: Parameters<typeof zipOf>[0]) => zipOf(entries)],
    ['tar in gzip', (...entries: Parameters<typeof tarOf>) => gzipSync(tarOf(...entries))],
  ])('gives a large file of a %s in small pieces', async (_, pack) => {
    const context = await box.open(pack({ name: 'large', body: Buffer.alloc(20 * MIB, 'text') }), { maxRatio: 1e6 });
    const sizes: number[] = [];
    for await (const { length } of context.tar()) sizes.push(length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MIB / 4);
  });
});
