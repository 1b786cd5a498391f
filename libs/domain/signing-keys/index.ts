export { type ClaimedKey, type SignedMessage, SignedRequests } from './signed-requests.js';
export { isFresh, onceKeyOf, readSignatureHex } from './signing-key-rules.js';
export type { SigningKey } from './signing-keys.repository.js';
export { SigningKeysModule } from './signing-keys.module.js';
export { SigningKeysService } from './signing-keys.service.js';
