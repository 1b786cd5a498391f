import { Module } from '@nestjs/common';
import { Config } from '#platform/config';
import { Decompressor } from '#platform/decompression';
import { QemuImg } from '#platform/qemu-img';
import { Enclosure, Sandbox } from '#platform/sandbox';
import { ImagesModule } from '#domain/images';
import { OperationsModule } from '#domain/operations';
import { ConversionTools } from './conversion-tools.js';
import { ConversionsService } from './conversions.service.js';
import { ConvertHandler } from './convert.handler.js';
import { DiskConverter } from './disk-converter.js';
import { ImageConverter } from './image-converter.js';
import { Scratch } from './scratch.js';
import { ScratchSweeper } from './scratch.sweeper.js';

@Module({
  imports: [ImagesModule, OperationsModule],
  providers: [
    { provide: Enclosure, inject: [Config], useFactory: ({ sandbox }: Config) => new Enclosure(sandbox) },
    { provide: Sandbox, inject: [Config], useFactory: ({ sandbox }: Config) => new Sandbox(sandbox) },
    { provide: QemuImg, inject: [Sandbox], useFactory: (sandbox: Sandbox) => new QemuImg(sandbox) },
    { provide: Decompressor, inject: [Sandbox], useFactory: (sandbox: Sandbox) => new Decompressor(sandbox) },
    ConversionTools,
    ConversionsService,
    ConvertHandler,
    DiskConverter,
    ImageConverter,
    Scratch,
    ScratchSweeper,
  ],
  exports: [
    Decompressor,
    ConversionTools,
    ConversionsService,
    DiskConverter,
    ImageConverter,
    QemuImg,
    Sandbox,
    Scratch,
  ],
})
export class ConversionsModule {}
