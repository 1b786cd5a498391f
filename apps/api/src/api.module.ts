import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { type Config, ConfigModule } from '#platform/config';
import { DatabaseModule } from '#platform/database';
import { JobsModule } from '#platform/jobs';
import { type BlobStore, StorageModule } from '#platform/storage';
import { OperationsModule } from '#domain/operations';
import { NativeModule } from './dialects/native/native.module.js';
import { HealthController } from './health/health.controller.js';
import { OperationMetrics } from './health/operation-metrics.js';
import { AccessGuard } from './http/access/access.guard.js';
import { DrainModule } from './http/drain.module.js';
import { HttpMetrics } from './http/http-metrics.js';
import { RequestLog } from './http/request-log.js';

/** Everything the api process is made of. */
@Module({})
export class ApiModule {
  /** `config` names a migrated database. Whoever makes an application of it also gives it the middleware of `log`. */
  static forRoot(config: Config, store: BlobStore, { options }: RequestLog = new RequestLog(config)): DynamicModule {
    return {
      module: ApiModule,
      imports: [
        ConfigModule.forRoot(config),
        LoggerModule.forRoot({ pinoHttp: options, forRoutes: [] }), // requests are logged by RequestLog
        DatabaseModule,
        JobsModule,
        StorageModule.forRootAsync({ useFactory: () => store }),
        DrainModule,
        NativeModule,
        OperationsModule,
      ],
      controllers: [HealthController],
      providers: [HttpMetrics, OperationMetrics, { provide: APP_GUARD, useClass: AccessGuard }],
    };
  }
}
