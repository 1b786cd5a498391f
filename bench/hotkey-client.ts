import { Hotkey } from '../test/support/hotkey.js';
import { postJson } from './authorize.js';
import type { ServerUnderTest } from './server-under-test.js';

/** A new hotkey of the admin's. */
export async function registerHotkey({ url, authorization }: ServerUnderTest): Promise<Hotkey> {
  const hotkey = new Hotkey();
  await postJson(`${url}/user/hotkeys`, authorization, hotkey.proof('admin'));
  return hotkey;
}
