import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#domain/audit';
import { PermissionsModule } from '#domain/permissions';
import { UsersModule } from '#domain/users';
import { Invite } from './invite.entity.js';
import { InviteRights } from './invite-rights.js';
import { InvitesRepository } from './invites.repository.js';
import { InvitesService } from './invites.service.js';
import { Namespace } from './namespace.entity.js';
import { NamespaceOwners } from './namespace-owners.js';
import { NamespaceTrees } from './namespace-trees.js';
import { NamespacesRepository } from './namespaces.repository.js';
import { NamespacesService } from './namespaces.service.js';
import { ServiceAccountsService } from './service-accounts.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([Namespace, Invite]), AuditModule, PermissionsModule, UsersModule],
  providers: [
    NamespaceOwners,
    NamespacesRepository,
    NamespacesService,
    NamespaceTrees,
    InviteRights,
    InvitesRepository,
    InvitesService,
    ServiceAccountsService,
  ],
  exports: [NamespacesService, NamespaceTrees, InvitesService, ServiceAccountsService],
})
export class NamespacesModule {}
