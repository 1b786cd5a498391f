import { newUser, type TestUser } from './builders.js';
import { type Hotkey, hotkeyOf } from './hotkeys.js';
import { NativeClient } from './native-client.js';
import { type SignedApi, startSignedApi } from './signed-api.js';

/** What a signature may do. */
const SCOPES = ['image:read', 'image:write', 'image:delete', 'image:build', 'operation:read'];

/** What the routes tell of who signed. */
export const ALICE = { username: 'alice', scopes: SCOPES };

/** The answer to who is not believed. */
export const refused = (message: string): unknown[] => [401, { detail: message }];

/** The answer to a signature that was used before. */
export const USED = refused('This signature was used before; sign each request anew');

/** An api, alice with a hotkey, and requests that have no credential but their headers. */
export class SignedCalls {
  private constructor(
    readonly api: SignedApi,
    readonly alice: TestUser,
    readonly hotkey: Hotkey,
  ) {}

  static async start(): Promise<SignedCalls> {
    const api = await startSignedApi();
    const alice = await newUser(api.admin, 'alice');
    return new SignedCalls(api, alice, await hotkeyOf(alice));
  }

  get anonymous(): NativeClient {
    return new NativeClient(this.api.url);
  }

  /** Status and body of the answer. */
  async send(headers: Record<string, string>, path = '/chutes/images/', method = 'GET'): Promise<unknown[]> {
    const { status, body } = await this.anonymous.call(method, path, { headers });
    return [status, body];
  }
}
