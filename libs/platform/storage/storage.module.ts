import { Inject, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata, OnApplicationShutdown } from '@nestjs/common';
import { BlobStore } from './blob-store.js';

/** How to make the store; `useFactory` gets what `inject` names. */
export interface StorageModuleOptions extends Pick<ModuleMetadata, 'imports'> {
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<BlobStore>['useFactory'];
}

/** Provides the one `BlobStore` of a process, and closes it when the application has shut down. */
@Module({})
export class StorageModule implements OnApplicationShutdown {
  constructor(@Inject(BlobStore) private readonly store: BlobStore) {}

  static forRootAsync({ imports = [], inject = [], useFactory }: StorageModuleOptions): DynamicModule {
    return {
      module: StorageModule,
      global: true,
      imports,
      providers: [{ provide: BlobStore, inject, useFactory }],
      exports: [BlobStore],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.store.close();
  }
}
