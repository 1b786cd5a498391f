/** Verifies sr25519 signatures, one after the other. Node loads this file by itself. */
import { setPriority } from 'node:os';
import { parentPort } from 'node:worker_threads';
import { verify } from '@scure/sr25519';
import type { VerifierRequest } from './verifier-protocol.js';

// As the writer threads: below the main thread.
if (process.platform === 'linux') setPriority(0, 10);

parentPort?.on('message', ({ id, message, signature, publicKey }: VerifierRequest) => {
  parentPort?.postMessage({ id, valid: isValid(message, signature, publicKey) });
});

/** The library throws for what cannot be a signature or a key: a missing marker, a point that is none, a scalar too large. */
function isValid(message: Uint8Array, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return verify(message, signature, publicKey);
  } catch {
    return false;
  }
}
