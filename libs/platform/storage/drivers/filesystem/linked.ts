import { link } from 'node:fs/promises';
import { errnoOf } from './filesystem.errors.js';

/** Another file system, or one without hard links. */
const NO_LINKS = ['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK'];

/** Gives a file a second name; never takes the place of another. False where the file systems have no such thing. */
export async function linked(path: string, name: string): Promise<boolean> {
  try {
    await link(path, name);
    return true;
  } catch (error) {
    if (NO_LINKS.includes(errnoOf(error) ?? '')) return false;
    throw error;
  }
}
