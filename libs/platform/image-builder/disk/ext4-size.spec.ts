import { ext4RoomyBytes, ext4SmallestBytes, inodeCount, journalBytes } from './ext4-size.js';

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const tree = (allocatedBytes: number, inodes: number) => ({ allocatedBytes, apparentBytes: allocatedBytes, inodes });

describe('the size of an ext4', () => {
  it('of its own choice is in whole MiB, and has a fifth and some MiB to spare', () => {
    for (const bytes of [40 * MIB, GIB, 200 * GIB]) {
      const sizeBytes = ext4RoomyBytes(tree(bytes, 1000));
      expect(sizeBytes % MIB).toBe(0);
      expect(sizeBytes - ext4SmallestBytes(tree(bytes, 1000))).toBeGreaterThanOrEqual(bytes * 0.2 + 15 * MIB);
      expect(sizeBytes).toBeLessThan(bytes * 1.26 + 100 * MIB);
    }
  });

  it('counts every inode, however little is in the files', () => {
    const [few, many] = [ext4RoomyBytes(tree(MIB, 10)), ext4RoomyBytes(tree(MIB, 1_000_000))];
    expect(many - few).toBeGreaterThan(1_000_000 * 256);
    expect(inodeCount(tree(MIB, 1_000_000), many)).toBeGreaterThan(1_200_000);
  });

  it('gives large disks the inodes that are usual', () => {
    expect(inodeCount(tree(MIB, 10), 10 * GIB)).toBe((10 * GIB) / 16_384);
  });

  it('grows with the tree, and never in leaps', () => {
    let before = ext4SmallestBytes(tree(0, 100));
    for (let bytes = 0; bytes < 2 * GIB; bytes += 4 * MIB) {
      const sizeBytes = ext4SmallestBytes(tree(bytes, 100));
      expect(sizeBytes).toBeGreaterThanOrEqual(before);
      expect(sizeBytes - before).toBeLessThanOrEqual(10 * MIB);
      before = sizeBytes;
    }
  });

  it('takes a journal into account that grows with it', () => {
    expect([MIB, 128 * MIB, GIB, 100 * GIB].map(journalBytes)).toEqual([4 * MIB, 8 * MIB, 64 * MIB, 64 * MIB]);
  });
});
