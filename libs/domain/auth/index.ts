export { AuthModule } from './auth.module.js';
export { Authenticator } from './authenticator.js';
export { CREDENTIAL_COLUMNS, CREDENTIAL_IS_LIVE, type CredentialRow } from './credential.sql.js';
export { KnownCredentials } from './known-credentials.js';
export { OwnCredentials } from './own-credentials.js';
export type { Token } from './token.entity.js';
export { hashTokenSecret } from './token-secret.js';
export { type IssuedToken, TokensService } from './tokens.service.js';
export { TreeCredentials } from './tree-credentials.js';
