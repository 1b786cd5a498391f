import { expectStatus, unique } from './builders.js';
import type { NativeClient } from './native-client.js';

/** A new service account of the namespace `path` or `path@owner`; its username. */
export async function newServiceAccount(client: NativeClient, namespace: string): Promise<string> {
  const username = unique('robot');
  const email = `${username}@x.test`;
  expectStatus(await client.post('/users', { username, email, kind: 'service', namespace }), 201);
  return username;
}
