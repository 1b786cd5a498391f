import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { UsersModule } from '#domain/users';
import { Authenticator } from './authenticator.js';
import { Token } from './token.entity.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Token]), AuditModule, UsersModule],
  providers: [Authenticator, TokensRepository, TokensService],
  exports: [Authenticator, TokensService],
})
export class AuthModule {}
