import { expectStatus, type TestUser } from './builders.js';
import { Hotkey } from './hotkey.js';
import type { NativeClient } from './native-client.js';

export { Hotkey, now } from './hotkey.js';

/** A new hotkey of the caller's, and its number. */
export async function newHotkey(client: NativeClient, username: string): Promise<{ id: number; hotkey: Hotkey }> {
  const hotkey = new Hotkey();
  const { body } = expectStatus(await client.post('/user/hotkeys', hotkey.proof(username)), 201);
  return { id: (body as { id: number }).id, hotkey };
}

/** A new hotkey of a user's. */
export async function hotkeyOf(user: TestUser): Promise<Hotkey> {
  return (await newHotkey(user, user.username)).hotkey;
}

/** A new API key of the caller's, as its answer shows it. */
export async function newApiKey(
  client: NativeClient,
  input: object,
): Promise<{ readonly id: number; readonly secret_key: string }> {
  return expectStatus(await client.post('/user/api-keys', input), 201).body as { id: number; secret_key: string };
}
