import { Module } from '@nestjs/common';
import { ImagesModule } from '#domain/images';
import { NamespacesModule } from '#domain/namespaces';
import { UsersModule } from '#domain/users';
import { ImageTransfersService } from './image-transfers.service.js';
import { Receivers } from './receivers.js';
import { TransfersRepository } from './transfers.repository.js';
import { TreeTransfersService } from './tree-transfers.service.js';

@Module({
  imports: [ImagesModule, NamespacesModule, UsersModule],
  providers: [ImageTransfersService, Receivers, TransfersRepository, TreeTransfersService],
  exports: [ImageTransfersService, TreeTransfersService],
})
export class TransfersModule {}
