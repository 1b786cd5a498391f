import { Module } from '@nestjs/common';
import { AuditModule } from '#domain/audit';
import { AuthModule } from '#domain/auth';
import { ImagesModule } from '#domain/images';
import { NamespacesModule } from '#domain/namespaces';
import { QuotasModule } from '#domain/quotas';
import { UsersModule } from '#domain/users';
import { FormerAccess } from './former-access.js';
import { Handover } from './handover.js';
import { ImageTransfersService } from './image-transfers.service.js';
import { Receivers } from './receivers.js';
import { TransfersRepository } from './transfers.repository.js';
import { TreeTransfersService } from './tree-transfers.service.js';

@Module({
  imports: [AuditModule, AuthModule, ImagesModule, NamespacesModule, QuotasModule, UsersModule],
  providers: [FormerAccess, Handover, ImageTransfersService, Receivers, TransfersRepository, TreeTransfersService],
  exports: [ImageTransfersService, TreeTransfersService],
})
export class TransfersModule {}
