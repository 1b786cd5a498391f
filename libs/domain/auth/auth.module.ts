import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { ImagesModule } from '#domain/images';
import { NamespacesModule } from '#domain/namespaces';
import { PermissionsModule } from '#domain/permissions';
import { UsersModule } from '#domain/users';
import { Authenticator } from './authenticator.js';
import { KnownCredentials } from './known-credentials.js';
import { OwnCredentials } from './own-credentials.js';
import { Token } from './token.entity.js';
import { TokenPins } from './token-pins.js';
import { TokensRepository } from './tokens.repository.js';
import { TokensService } from './tokens.service.js';
import { TreeCredentials } from './tree-credentials.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([Token]),
    AuditModule,
    ImagesModule,
    NamespacesModule,
    PermissionsModule,
    UsersModule,
  ],
  providers: [
    Authenticator,
    KnownCredentials,
    OwnCredentials,
    TokenPins,
    TokensRepository,
    TokensService,
    TreeCredentials,
  ],
  exports: [Authenticator, KnownCredentials, OwnCredentials, TokensService, TreeCredentials],
})
export class AuthModule {}
