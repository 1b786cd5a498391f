import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BootTestRecords } from '#domain/boot-tests';
import type { TestApi } from './api.js';
import { newEndedDownload } from './downloads.js';

/** What the console of a boot test says that never was. */
export const CONSOLE = 'Debian 12 box ttyS0\r\n\r\nbox login: ';
/** Not a picture; nobody looks at it. */
export const SCREEN = Buffer.from('89504e470d0a1a0a', 'hex');

/** Gives an image the result of a boot test, as if it had passed one. */
export async function passBootTest(api: TestApi, imageId: number): Promise<void> {
  const dir = await mkdtemp(join(tmpdir(), 'boot-test-'));
  try {
    const [consolePath, screenPath] = [join(dir, 'console'), join(dir, 'screen')];
    await writeFile(consolePath, CONSOLE);
    await writeFile(screenPath, SCREEN);
    const { id: operationId } = await newEndedDownload(api.admin);
    await api.app
      .get(BootTestRecords, { strict: false })
      .keepFailed(
        { imageId, operationId },
        { passed: true, endedBy: 'login', reason: null, firmware: 'bios', seconds: 12.5, consolePath, screenPath },
      );
  } finally {
    await rm(dir, { recursive: true });
  }
}
