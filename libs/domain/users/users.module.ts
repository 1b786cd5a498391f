import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { AccountHomes } from './account-homes.js';
import { NamespaceAccounts } from './namespace-accounts.js';
import { User } from './user.entity.js';
import { UsersRepository } from './users.repository.js';
import { UsersService } from './users.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([User]), AuditModule],
  providers: [AccountHomes, NamespaceAccounts, UsersRepository, UsersService],
  exports: [NamespaceAccounts, UsersService],
})
export class UsersModule {}
