import { Module } from '@nestjs/common';
import { APP_PIPE } from '@nestjs/core';
import { ApiKeysModule } from '#domain/api-keys';
import { AuditModule } from '#domain/audit';
import { AuthModule } from '#domain/auth';
import { BootTestsModule } from '#domain/boot-tests';
import { BuildsModule } from '#domain/builds';
import { ConversionsModule } from '#domain/conversions';
import { DownloadsModule } from '#domain/downloads';
import { ExportsModule } from '#domain/exports';
import { ImagesModule } from '#domain/images';
import { NamespacesModule } from '#domain/namespaces';
import { OperationsModule } from '#domain/operations';
import { SigningKeysModule } from '#domain/signing-keys';
import { TeamsModule } from '#domain/teams';
import { QuotasModule } from '#domain/quotas';
import { TransfersModule } from '#domain/transfers';
import { UsersModule } from '#domain/users';
import { ApiKeysController } from './api-keys/api-keys.controller.js';
import { AuditController } from './audit/audit.controller.js';
import { AuditExport } from './audit/audit.export.js';
import { RolesModule } from '#domain/roles';
import { AccessController } from './access/access.controller.js';
import { BindingsController } from './bindings/bindings.controller.js';
import { BootTestFileResponse } from './boot-tests/boot-test-file.response.js';
import { BootTestsController } from './boot-tests/boot-tests.controller.js';
import { DescriptionController } from './description/description.controller.js';
import { NativeDescription } from './description/native-description.js';
import { ImageBuildsController } from './images/image-builds.controller.js';
import { HotkeysController } from './hotkeys/hotkeys.controller.js';
import { ImageExportResponse } from './images/image-export.response.js';
import { ImageFileResponse } from './images/image-file.response.js';
import { ImageIntake } from './images/image-intake.js';
import { ImageListsController } from './images/image-lists.controller.js';
import { ImagePushesController } from './images/image-pushes.controller.js';
import { ImageUploadReader } from './images/image-upload.reader.js';
import { ImagesController } from './images/images.controller.js';
import { InvitesController } from './invites/invites.controller.js';
import { NamespacesController } from './namespaces/namespaces.controller.js';
import { NativeCredentials } from './native.credentials.js';
import { NativeErrors } from './native.errors.js';
import { NativeValidationPipe } from './native.validation.js';
import { ImageOperationsController } from './operations/image-operations.controller.js';
import { LogResponse } from './operations/log.response.js';
import { OperationsController } from './operations/operations.controller.js';
import { TeamMembersController } from './teams/team-members.controller.js';
import { TeamsController } from './teams/teams.controller.js';
import { QuotasController } from './quotas/quotas.controller.js';
import { RolesController } from './roles/roles.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { TransfersController } from './transfers/transfers.controller.js';
import { UsersController } from './users/users.controller.js';

/**
 * Our own API, at the root. Its errors are also what an unknown path answers with.
 * The order of controllers matters where paths overlap: `/n/…/-/images` stands before `/n/…`.
 */
@Module({
  imports: [
    ApiKeysModule,
    AuditModule,
    AuthModule,
    BootTestsModule,
    BuildsModule,
    ConversionsModule,
    DownloadsModule,
    ExportsModule,
    ImagesModule,
    NamespacesModule,
    OperationsModule,
    QuotasModule,
    RolesModule,
    SigningKeysModule,
    TeamsModule,
    TransfersModule,
    UsersModule,
  ],
  controllers: [
    ImageListsController,
    ImagePushesController,
    ImagesController,
    ImageBuildsController,
    ImageOperationsController,
    BootTestsController,
    InvitesController,
    NamespacesController,
    TeamMembersController,
    TeamsController,
    OperationsController,
    QuotasController,
    AccessController,
    BindingsController,
    RolesController,
    TokensController,
    HotkeysController,
    ApiKeysController,
    TransfersController,
    UsersController,
    AuditController,
    DescriptionController,
  ],
  providers: [
    AuditExport,
    BootTestFileResponse,
    ImageExportResponse,
    ImageFileResponse,
    ImageIntake,
    ImageUploadReader,
    LogResponse,
    NativeCredentials,
    NativeDescription,
    NativeErrors,
    { provide: APP_PIPE, useClass: NativeValidationPipe },
  ],
  exports: [NativeErrors],
})
export class NativeModule {}
