import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD } from '@nestjs/core';
import { LoggerModule } from 'nestjs-pino';
import { type Config, ConfigModule } from '#platform/config';
import { DatabaseModule } from '#platform/database';
import { JobsModule } from '#platform/jobs';
import { type BlobStore, StorageModule } from '#platform/storage';
import { AuditModule } from '#domain/audit';
import { OperationsModule } from '#domain/operations';
import { ChutesErrors } from './dialects/chutes/chutes.errors.js';
import { ChutesModule } from './dialects/chutes/chutes.module.js';
import { NativeErrors } from './dialects/native/native.errors.js';
import { NativeModule } from './dialects/native/native.module.js';
import { HealthController } from './health/health.controller.js';
import { OperationMetrics } from './health/operation-metrics.js';
import { AccessGuard } from './http/access/access.guard.js';
import { type DialectErrors, ErrorFilter } from './http/error.filter.js';
import { DrainModule } from './http/drain.module.js';
import { HttpMetrics } from './http/http-metrics.js';
import { PublicUrlModule } from './http/public-url.module.js';
import { RefusalLog } from './http/refusal-log.js';
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
        PublicUrlModule,
        AuditModule,
        ChutesModule,
        NativeModule,
        OperationsModule,
      ],
      controllers: [HealthController],
      providers: [
        HttpMetrics,
        OperationMetrics,
        RefusalLog,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_FILTER, useFactory: errorFilter, inject: [RefusalLog, ChutesErrors, NativeErrors] },
      ],
    };
  }
}

/** The native dialect answers for whatever is no other's, so it comes last. */
function errorFilter(refusals: RefusalLog, ...dialects: DialectErrors[]): ErrorFilter {
  return new ErrorFilter(refusals, dialects);
}
