import { chmod, rm } from 'node:fs/promises';
import pg from 'pg';
import { MemoryBlobStore, StorageUnavailableError, type StoreHealth } from '#platform/storage';
import { startTestApi, type TestApi } from '../../support/api.js';
import { Drain } from '../../../apps/api/src/http/drain.js';

describe('health', () => {
  let api: TestApi;
  beforeEach(async () => {
    api = await startTestApi();
  });
  afterEach(() => api.close());
});
