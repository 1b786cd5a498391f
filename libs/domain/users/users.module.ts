import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { PermissionsModule } from '#domain/permissions';
import { AccountHomes } from './account-homes.js';
import { NamespaceAccounts } from './namespace-accounts.js';
import { User } from './user.entity.js';
import { UserPrincipals } from './user-principals.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User]), AuditModule, PermissionsModule],
  providers: [AccountHomes, NamespaceAccounts, UserPrincipals, UsersRepository, UsersService],
  exports: [NamespaceAccounts, UserPrincipals, UsersService],
})
export class UsersModule {}
