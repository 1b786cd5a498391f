export { AuthModule } from './auth.module.js';
export { Authenticator } from './authenticator.js';
export type { Token } from './token.entity.js';
export { type IssuedToken, TokensService } from './tokens.service.js';
export { TreeCredentials } from './tree-credentials.js';
