import { lstat, readlink } from 'node:fs/promises';

const SYSTEM_FOLDERS = ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];

/** What a program needs of the system, read-only, in bubblewrap's words: `/usr`, and what leads into it. */
export async function systemMounts(): Promise<string[]> {
  const folders = await Promise.all(SYSTEM_FOLDERS.map(mountOrLink));
  // A folder that a mount needs is made closed to others, unless it is made before.
  return ['--ro-bind', '/usr', '/usr', ...folders.flat(), '--dir', '/etc', ...sameReadOnly('/etc/ld.so.cache')];
}

const sameReadOnly = (path: string): string[] => ['--ro-bind-try', path, path];

/** Most systems have a link to `/usr/bin` and the like; some still have the folders. */
async function mountOrLink(path: string): Promise<string[]> {
  const found = await lstat(path).catch(() => undefined);
  if (!found) return [];
  return found.isSymbolicLink() ? ['--symlink', await readlink(path), path] : sameReadOnly(path);
}

/** A file or folder of ours and where the program sees it. */
export interface Mount {
  readonly option: '--bind' | '--ro-bind';
  readonly from: string;
  readonly to: string;
}

/** The same in bubblewrap's words. */
export function ownMounts(mounts: readonly Mount[]): string[] {
  return ['--dir', '/input', ...mounts.flatMap(({ option, from, to }) => [option, from, to])];
}
