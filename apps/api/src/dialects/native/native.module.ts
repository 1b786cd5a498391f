import { Module } from '@nestjs/common';
import { APP_FILTER, APP_PIPE } from '@nestjs/core';
import { AuthModule } from '#domain/auth';
import { ImagesModule } from '#domain/images';
import { NamespacesModule } from '#domain/namespaces';
import { RolesModule } from '#domain/roles';
import { UsersModule } from '#domain/users';
import { PublicUrl } from '../../http/public-url.js';
import { AccessController } from './access/access.controller.js';
import { BindingsController } from './bindings/bindings.controller.js';
import { DescriptionController } from './description/description.controller.js';
import { NativeDescription } from './description/native-description.js';
import { ImageFileResponse } from './images/image-file.response.js';
import { ImageListsController } from './images/image-lists.controller.js';
import { ImagePushesController } from './images/image-pushes.controller.js';
import { ImageUploadReader } from './images/image-upload.reader.js';
import { ImagesController } from './images/images.controller.js';
import { InvitesController } from './invites/invites.controller.js';
import { NamespacesController } from './namespaces/namespaces.controller.js';
import { NativeCredentials } from './native.credentials.js';
import { NativeErrorFilter } from './native.errors.js';
import { NativeValidationPipe } from './native.validation.js';
import { RolesController } from './roles/roles.controller.js';
import { TokensController } from './tokens/tokens.controller.js';
import { UsersController } from './users/users.controller.js';

/**
 * Our own API, at the root. Its errors are also what an unknown path answers with.
 * The order of controllers matters where paths overlap: `/n/…/-/images` stands before `/n/…`.
 */
@Module({
  imports: [AuthModule, ImagesModule, NamespacesModule, RolesModule, UsersModule],
  controllers: [
    ImageListsController,
    ImagePushesController,
    ImagesController,
    InvitesController,
    NamespacesController,
    AccessController,
    BindingsController,
    RolesController,
    TokensController,
    UsersController,
    DescriptionController,
  ],
  providers: [
    ImageFileResponse,
    ImageUploadReader,
    NativeCredentials,
    NativeDescription,
    PublicUrl,
    { provide: APP_FILTER, useClass: NativeErrorFilter },
    { provide: APP_PIPE, useClass: NativeValidationPipe },
  ],
  exports: [PublicUrl],
})
export class NativeModule {}
