import { Inject, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { BlobStore } from './blob-store.js';
import { MemoryBlobStore } from './drivers/memory/memory-blob-store.js';
import { StorageUnavailableError } from './storage.errors.js';
import { StorageModule } from './storage.module.js';

@Injectable()
class Consumer {
  constructor(@Inject(BlobStore) readonly store: BlobStore) {}
}

@Module({ providers: [{ provide: 'capacity', useValue: 7 }], exports: ['capacity'] })
class Settings {}

@Module({
  imports: [
    StorageModule.forRootAsync({
      inject: ['capacity'],
      imports: [Settings],
      useFactory: (capacityBytes: number) => new MemoryBlobStore({ capacityBytes }),
    }),
  ],
  providers: [Consumer],
})
class App {}

describe('StorageModule', () => {
  it('gives every module the store that its factory made', async () => {
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    expect(await app.get(Consumer).store.check()).toEqual({ freeBytes: 7 });
    await app.close();
  });

  it('closes the store when the application shuts down', async () => {
    const app = await NestFactory.createApplicationContext(App, { logger: false });
    const { store } = app.get(Consumer);
    await app.close();
    await expect(store.stage('late')).rejects.toThrow(StorageUnavailableError);
  });
});
