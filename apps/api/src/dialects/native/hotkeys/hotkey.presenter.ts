import type { SigningKey } from '#domain/signing-keys';
import { addressOf } from '#platform/signatures';
import type { HotkeyAnswer } from './hotkey.schema.js';

export function presentHotkey(key: SigningKey): HotkeyAnswer {
  return {
    id: key.id,
    hotkey: addressOf(key.publicKey),
    name: key.name,
    scopes: key.scopes,
    cidrs: key.cidrs,
    created_at: key.createdAt,
    expires_at: key.expiresAt,
    last_used_at: key.lastUsedAt,
  };
}
