export { may, owns, reaches, type Standing } from './access.policy.js';
export { BUILT_IN_ROLES, rolesWith } from './built-in-roles.js';
export { BINDING_IS_LIVE, heldInNamespace, heldScopes } from './held-scopes.sql.js';
export { subjectIdsOfUser, teamsLedByUser } from './subjects.sql.js';
