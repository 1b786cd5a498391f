export { ACCOUNT_NAME_RULE, isAccountName } from './user-rules.js';
export { userNotFound } from './users.errors.js';
export { type AccountKind, USER_KINDS, User, type UserKind } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { managesAccount, UsersService } from './users.service.js';
