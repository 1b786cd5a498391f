/**
 * A process of its own that writes into a directory store, to be limited or killed: `writing-process.ts ROOT`. For each
 * line `STAGING_ID MIB` on its input it stages that much, and answers with a line: `staged`, or the name of the error.
 */
import { createInterface } from 'node:readline';
import { FilesystemBlobStore } from '../drivers/filesystem/filesystem-blob-store.js';

const store = await FilesystemBlobStore.open({ root: process.argv[2] ?? '' });

async function stage(stagingId: string, mebibytes: number): Promise<string> {
  const staged = await store.stage(stagingId);
  try {
    for (let written = 0; written < mebibytes; written += 1) await staged.write(Buffer.alloc(1024 * 1024, written));
    await staged.seal();
    return 'staged';
  } catch (error) {
    await staged.abort();
    return error instanceof Error ? error.name : String(error);
  }
}

for await (const line of createInterface(process.stdin)) {
  const [stagingId = '', mebibytes] = line.split(' ');
  process.stdout.write(`${await stage(stagingId, Number(mebibytes))}\n`);
}
await store.close();
