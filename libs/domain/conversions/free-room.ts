import { statfs } from 'node:fs/promises';
import { StorageFullError } from '#platform/storage';

/** @throws StorageFullError where less than `neededBytes` is free below `dir` */
export async function assertRoom(dir: string, neededBytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  if (bavail * bsize < neededBytes) throw new StorageFullError('No room for a disk to work on');
}
