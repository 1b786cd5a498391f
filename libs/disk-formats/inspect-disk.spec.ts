import { gzipSync, zstdCompressSync } from 'node:zlib';
import {
  fixedVhd,
  HOSTILE_DISKS,
  tinyStream,
  tinyVdi,
  tinyVhd,
  tinyVhdx,
  tinyVmdk,
  vmdkDescriptor,
} from '../../test/fixtures/disk-formats/index.js';
import { MemorySource, SparseSource } from '../../test/fixtures/qcow2/index.js';
import { type DiskFacts, type DiskFormat, DiskRefusedError, inspectDisk } from './index.js';

const MIB = 2 ** 20;
const LIMITS = { maxVirtualSizeBytes: 8 * MIB };

const inspect = (format: DiskFormat, bytes: Buffer): Promise<DiskFacts> =>
  inspectDisk(format, new MemorySource(bytes), LIMITS);

describe('inspectDisk', () => {
  it.each([
    ['raw', 'plain', Buffer.alloc(4096), 4096, 4096],
    ['vmdk', 'monolithicSparse', tinyVmdk(), 4 * MIB, 4096],
    ['vmdk', 'streamOptimized', tinyStream(), 4 * MIB, 4096],
    ['vmdk', 'monolithicSparse', tinyVmdk(vmdkDescriptor({ extent: 'RDONLY 8192 SPARSE "x"' })), 4 * MIB, 4096],
    ['vdi', 'dynamic', tinyVdi(), 3 * MIB, MIB],
    ['vhd', 'dynamic', tinyVhd(), 4 * MIB, MIB],
    ['vhd', 'fixed', fixedVhd(), 4096, 4096],
    ['vhdx', 'dynamic', tinyVhdx(), 4 * MIB, MIB],
  ] as const)('admits a disk of %s, %s, and tells its sizes', async (format, variant, bytes, size, allocated) => {
    expect(await inspect(format, bytes)).toEqual({
      format,
      variant,
      virtualSizeBytes: size,
      allocatedBytes: allocated,
    });
  });

  it.each(Object.entries(HOSTILE_DISKS))('refuses a %s', async (_, { format, field, make }) => {
    const refusal = await inspect(format, make()).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(DiskRefusedError);
    expect(refusal).toMatchObject({ field, message: expect.stringMatching(/^[\x20-\x7e]{20,300}$/) });
  });

  const FILES: readonly (readonly [string, Buffer])[] = [
    ['qcow2', Buffer.concat([Buffer.from('QFI\xfb', 'latin1'), Buffer.alloc(508)])],
    ['vmdk', tinyVmdk()],
    ['vdi', tinyVdi()],
    ['vhd', tinyVhd()],
    ['vhd', fixedVhd()],
    ['vhdx', tinyVhdx()],
    ['gzip', gzipSync(Buffer.alloc(4096))],
    ['zstd', zstdCompressSync(Buffer.alloc(4096))],
    ['xz', Buffer.concat([Buffer.from('\xfd7zXZ\0', 'latin1'), Buffer.alloc(506)])],
    ['bzip2', Buffer.concat([Buffer.from('BZh91AY&SY', 'latin1'), Buffer.alloc(502)])],
  ];

  it.each(FILES)(
    'refuses a file of %s that is declared as something else, and says what it is',
    async (found, bytes) => {
      const others = (['raw', 'vmdk', 'vdi', 'vhd', 'vhdx'] as const).filter((format) => format !== found);
      for (const format of others) {
        await expect(inspect(format, bytes)).rejects.toThrow(
          `file: is declared as ${format}, but is ${found}; declare what it is`,
        );
      }
    },
  );

  it.each(['vmdk', 'vdi', 'vhd', 'vhdx'] as const)(
    'refuses bytes without a mark that are declared as %s',
    async (format) => {
      await expect(inspect(format, Buffer.alloc(MIB))).rejects.toThrow(
        `file: is declared as ${format}, but has no mark of one; declare what it is`,
      );
    },
  );

  it('passes on what the source fails with', async () => {
    const failure = new Error('the disk is gone');
    const source = { sizeBytes: 4096, read: () => Promise.reject(failure) };
    await expect(inspectDisk('vdi', source, LIMITS)).rejects.toBe(failure);
  });

  it('refuses a source that has fewer bytes than it says', async () => {
    const source = { sizeBytes: 4096, read: () => Promise.resolve(Buffer.alloc(100)) };
    await expect(inspectDisk('raw', source, LIMITS)).rejects.toMatchObject({ field: 'file' });
  });

  it('refuses a VHDX whose table is too short for its size', async () => {
    const source = new MemorySource(tinyVhdx({ values: [[8, 2n ** 39n, 8]] }));
    await expect(inspectDisk('vhdx', source, { maxVirtualSizeBytes: 2 ** 40 })).rejects.toMatchObject({ field: 'BAT' });
  });

  it('reads no more of a huge file than its tables', async () => {
    const head = tinyVdi().subarray(0, 1024);
    const source = new SparseSource(2 ** 40, [{ offset: 0, bytes: head }]);
    await expect(inspectDisk('vdi', source, LIMITS)).resolves.toMatchObject({ virtualSizeBytes: 3 * MIB });
    expect(source.bytesRead).toBeLessThan(4096);
  });
});
