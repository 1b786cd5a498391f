import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/** No file here has a name for longer than an instant; one that has was left by a process that was killed in it. */
const LEFT_AFTER_MS = 60_000;

/** Files without a name: however a process ends, the kernel frees them. */
export class SpoolFolder {
  constructor(readonly path: string) {}

  async create(): Promise<FileHandle> {
    await mkdir(this.path, { recursive: true, mode: 0o750 });
    const path = join(this.path, randomUUID());
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  }

  async sweep(): Promise<void> {
    const names = await readdir(this.path).catch(() => []); // nothing was ever spooled
    for (const name of names) {
      const path = join(this.path, name);
      const { mtimeMs = Infinity } = (await stat(path).catch(() => undefined)) ?? {};
      if (mtimeMs < Date.now() - LEFT_AFTER_MS) await unlink(path);
    }
  }
}
