export { may, owns, type Place, reaches, type Standing } from './access.policy.js';
export { BINDING_IS_LIVE, heldInNamespace, heldScopes } from './held-scopes.sql.js';
