import { closeSync, openSync, writeSync } from 'node:fs';
import { BlobNotFoundError, StorageFullError, StorageUnavailableError } from '../../storage.errors.js';
import { readFault, unlessGone, writeFault } from './filesystem.errors.js';

function errno(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** The device that is always full gives the kernel's own ENOSPC. */
function writeToFullDevice(): unknown {
  const fd = openSync('/dev/full', 'w');
  try {
    return writeSync(fd, 'bytes');
  } catch (error) {
    return error;
  } finally {
    closeSync(fd);
  }
}

describe('writeFault', () => {
  it('calls a real ENOSPC a full store, and keeps it as the cause', () => {
    const cause = writeToFullDevice();
    const fault = writeFault(cause);
    expect(fault).toBeInstanceOf(StorageFullError);
    expect(fault.cause).toBe(cause);
    expect(cause).toMatchObject({ code: 'ENOSPC' });
  });

  it.each([
    ['EDQUOT', StorageFullError],
    ['EFBIG', StorageFullError],
    ['EIO', StorageUnavailableError],
    ['EACCES', StorageUnavailableError],
    ['EROFS', StorageUnavailableError],
    ['EMFILE', StorageUnavailableError],
    ['ENOENT', StorageUnavailableError],
  ])('makes %s a %p', (code, type) => {
    expect(writeFault(errno(code)).constructor).toBe(type);
  });

  it('lets typed errors pass', () => {
    const full = new StorageFullError('full');
    expect(writeFault(full)).toBe(full);
  });

  it('takes any cause at all', () => {
    expect(writeFault(undefined)).toBeInstanceOf(StorageUnavailableError);
    expect(writeFault(new TypeError('x'))).toBeInstanceOf(StorageUnavailableError);
  });
});

describe('readFault', () => {
  it.each([
    ['ENOENT', BlobNotFoundError],
    ['EIO', StorageUnavailableError],
    ['EACCES', StorageUnavailableError],
  ])('makes %s a %p', (code, type) => {
    expect(readFault(errno(code)).constructor).toBe(type);
  });
});

describe('unlessGone', () => {
  it('forgives ENOENT and nothing else', async () => {
    await expect(unlessGone(Promise.reject(errno('ENOENT')))).resolves.toBeUndefined();
    await expect(unlessGone(Promise.reject(errno('EIO')))).rejects.toThrow('EIO');
  });
});
