import { HOSTILE_POLYGLOTS, MemorySource, tinyImage, type TinyCluster } from '../../test/fixtures/qcow2/index.js';
import { inspect } from './index.js';

/** A disk in clusters of 512 bytes, whose data may come to lie anywhere in the file. */
function diskOf(content: Buffer): Buffer {
  const clusters = Array.from({ length: Math.ceil(content.length / 512) }, (_, index): TinyCluster => {
    const bytes = Buffer.alloc(512);
    content.copy(bytes, 0, index * 512);
    return { index, kind: 'data', bytes };
  });
  return tinyImage({ clusterBits: 9, clusters }).bytes;
}

function zipEnd(directoryBytes: number, directoryOffset: number): Buffer {
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt32LE(directoryBytes, 12);
  end.writeUInt32LE(directoryOffset, 16);
  return end;
}

describe('a disk that ends in what another format ends in is admitted:', () => {
  it.each([
    ['a ZIP that starts within the disk', zipEnd(46, 100)],
    ['an empty ZIP', zipEnd(0, 0)],
    ['the footer of a smaller VHD', Buffer.concat([Buffer.from('conectix'), Buffer.alloc(504)])],
    ['a backup GPT', Buffer.concat([Buffer.from('EFI PART'), Buffer.alloc(504)])],
    ['the trailer of a DMG', Buffer.concat([Buffer.from('koly'), Buffer.alloc(508)])],
  ])('%s', async (_, ending) => {
    const disk = Buffer.alloc(4096, 'guest');
    ending.copy(disk, disk.length - ending.length);
    const bytes = diskOf(disk);
    expect(bytes.subarray(-ending.length)).toEqual(ending);
    await expect(inspect(new MemorySource(bytes))).resolves.toMatchObject({ allocatedBytes: 4096 });
  });
});

describe('a disk whose data lies where another format has its mark is admitted:', () => {
  it.each([
    ['CD001, without the directory it would lead to', 0x8001, 'CD001'],
    ['EFI PART, without the partition table before it', 4096, 'EFI PART'],
  ])('%s', async (_, offset, mark) => {
    const bytes = diskOf(Buffer.alloc(0x9000, 'guest'));
    bytes.write(mark, offset, 'latin1');
    await expect(inspect(new MemorySource(bytes))).resolves.toMatchObject({ virtualSizeBytes: 0x9000 });
  });
});

describe('what no cluster refers to', () => {
  it('may lie behind the image, as leaks do', async () => {
    const bytes = Buffer.concat([tinyImage().bytes, Buffer.alloc(5000, 'once a guest cluster')]);
    await expect(inspect(new MemorySource(bytes))).resolves.toMatchObject({ version: 3 });
  });

  it('makes a polyglot by its mark alone', async () => {
    await expect(inspect(new MemorySource(HOSTILE_POLYGLOTS.thatIsZipToo.make()))).rejects.toMatchObject({
      message: expect.stringContaining('ZIP') as string,
    });
  });
});
