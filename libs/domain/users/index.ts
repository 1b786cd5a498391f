export { USER_KINDS, User, type UserKind } from './user.entity.js';
export { UsersModule } from './users.module.js';
export { type NewUser, type UserChanges, UsersService } from './users.service.js';
