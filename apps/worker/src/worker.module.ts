import { type DynamicModule, Module } from '@nestjs/common';
import { LoggerModule } from 'nestjs-pino';
import pino from 'pino';
import { type Config, ConfigModule } from '#platform/config';
import { DatabaseModule } from '#platform/database';
import { JobsModule } from '#platform/jobs';
import { describeError, standardError } from '#platform/logging';
import { type BlobStore, StorageModule } from '#platform/storage';
import { BootTestsModule } from '#domain/boot-tests';
import { BuildsModule } from '#domain/builds';
import { ConversionsModule } from '#domain/conversions';
import { DownloadsModule } from '#domain/downloads';
import { ExportsModule } from '#domain/exports';
import { OperationsModule } from '#domain/operations';

/** Everything a worker process is made of: the kinds of operations that it knows. */
@Module({})
export class WorkerModule {
  /** `config` names a migrated database. */
  static forRoot(config: Config, store: BlobStore): DynamicModule {
    const logger = pino({ level: config.logLevel }, standardError());
    return {
      module: WorkerModule,
      imports: [
        ConfigModule.forRoot(config),
        LoggerModule.forRoot({ pinoHttp: { logger, serializers: { err: describeError } }, forRoutes: [] }),
        DatabaseModule,
        JobsModule,
        StorageModule.forRootAsync({ useFactory: () => store }),
        BootTestsModule,
        BuildsModule,
        ConversionsModule,
        DownloadsModule,
        ExportsModule,
        OperationsModule,
      ],
    };
  }
}
