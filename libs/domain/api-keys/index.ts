export { API_KEY_ACTIONS, type ApiKeyUse } from './api-key.policy.js';
export { API_KEY_OBJECT_TYPES, type AskedLimit } from './api-key-rules.js';
export { isApiKeySecret } from './api-key-secret.js';
export { ApiKeyAuthenticator } from './api-key.authenticator.js';
export type { ApiKey } from './api-keys.repository.js';
export { ApiKeysModule } from './api-keys.module.js';
export { ApiKeysService, type IssuedApiKey } from './api-keys.service.js';
