import { Module } from '@nestjs/common';
import { AuditModule } from '#domain/audit';
import { ImagesModule } from '#domain/images';
import { NamespacesModule } from '#domain/namespaces';
import { PermissionsModule } from '#domain/permissions';
import { UsersModule } from '#domain/users';
import { Binder } from './binder.js';
import { AccessRepository } from './access.repository.js';
import { AccessService } from './access.service.js';
import { BindingsRepository } from './bindings.repository.js';
import { BindingsService } from './bindings.service.js';
import { Grants } from './grants.js';
import { RolesRepository } from './roles.repository.js';
import { RolesService } from './roles.service.js';
import { Targets } from './targets.js';

/** Roles and who has them where. */
@Module({
  imports: [AuditModule, PermissionsModule, UsersModule, NamespacesModule, ImagesModule],
  providers: [
    AccessRepository,
    AccessService,
    Binder,
    BindingsRepository,
    BindingsService,
    Grants,
    RolesRepository,
    RolesService,
    Targets,
  ],
  exports: [AccessService, RolesService, BindingsService],
})
export class RolesModule {}
