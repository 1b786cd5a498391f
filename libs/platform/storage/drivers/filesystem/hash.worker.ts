/** Hashes the file that its `workerData` names, and posts `{sizeBytes, sha256}`. Node loads this file by itself. */
import { createHash } from 'node:crypto';
import { closeSync, openSync, readSync } from 'node:fs';
import { setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';

const READ_BYTES = 1024 * 1024;

// As the writer threads: below the main thread.
if (process.platform === 'linux') setPriority(0, 10);

const hash = createHash('sha256');
const buffer = Buffer.allocUnsafe(READ_BYTES);
const file = openSync(workerData as string, 'r');
let sizeBytes = 0;
for (let length = READ_BYTES; length > 0; sizeBytes += length) {
  length = readSync(file, buffer, 0, READ_BYTES, null);
  hash.update(buffer.subarray(0, length));
}
closeSync(file);
parentPort?.postMessage({ sizeBytes, sha256: hash.digest('hex') });
