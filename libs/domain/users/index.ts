export { ACCOUNT_NAME_RULE, isAccountName, ownerOf } from './user-rules.js';
export { cannotOwn, userNotFound } from './users.errors.js';
export { NamespaceAccounts } from './namespace-accounts.js';
export { type AccountKind, managerIdOf, USER_KINDS, User, type UserKind } from './user.entity.js';
export { UserPrincipals } from './user-principals.js';
export { userUuid } from './user-uuid.js';
export { UsersModule } from './users.module.js';
export { managesAccount, type NewUser, UsersService } from './users.service.js';
