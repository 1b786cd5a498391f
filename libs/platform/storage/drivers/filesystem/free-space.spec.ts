import { tmpdir } from 'node:os';
import { StorageFullError } from '../../storage.errors.js';
import { FreeSpaceGuard, freeBytesAt } from './free-space.js';

const MIB = 1024 * 1024;

describe('FreeSpaceGuard', () => {
  it('stops a write before the disk has less than what shall stay free', async () => {
    let freeBytes = 1000 * MIB;
    const guard = new FreeSpaceGuard(async () => freeBytes, 500 * MIB);
    const write = async (): Promise<void> => {
      for (;;) {
        await guard.pass(MIB);
        freeBytes -= MIB;
      }
    };
    await expect(write()).rejects.toThrow(StorageFullError);
    expect(freeBytes).toBeGreaterThanOrEqual(500 * MIB);
    expect(freeBytes).toBeLessThan(550 * MIB);
  });

  it('lets nobody begin on a disk that is nearly full', async () => {
    const guard = new FreeSpaceGuard(async () => 500 * MIB, 500 * MIB);
    await expect(guard.check()).rejects.toThrow(StorageFullError);
  });

  it('refuses a write at its beginning if the whole of it would not fit', async () => {
    const guard = new FreeSpaceGuard(async () => 1000 * MIB, 500 * MIB);
    await expect(guard.checkWhole(501 * MIB)).rejects.toThrow(StorageFullError);
    await expect(guard.checkWhole(499 * MIB)).resolves.toBeUndefined();
  });

  it('does not even look where nothing shall stay free', async () => {
    const guard = new FreeSpaceGuard(() => Promise.reject(new Error('looked')), 0);
    await guard.check();
    await expect(guard.pass(1000 * MIB)).resolves.toBeUndefined();
  });
});

describe('freeBytesAt', () => {
  it('tells a number of bytes', async () => {
    const freeBytes = await freeBytesAt(tmpdir());
    expect(Number.isInteger(freeBytes)).toBe(true);
    expect(freeBytes).toBeGreaterThan(0);
  });
});
