import { Global, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Config } from '#platform/config';
import { dataSourceOptions } from './data-source.js';
import { Database } from './database.js';
import { InstanceLock } from './instance-lock.js';
import { Notifications } from './notifications.js';

/** One pool of connections for the process, and the lock that tells others the process lives. Needs a migrated schema. */
@Global()
@Module({
  imports: [
    TypeOrmModule.forRootAsync({
      inject: [Config],
      useFactory: (config: Config) => ({
        ...dataSourceOptions({ url: config.requireDatabaseUrl(), poolSize: config.databasePoolSize }),
        autoLoadEntities: true,
        retryAttempts: 1,
      }),
    }),
  ],
  providers: [Database, InstanceLock, Notifications],
  exports: [Database, InstanceLock, Notifications],
})
export class DatabaseModule {}
