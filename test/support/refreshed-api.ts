import { startTestApi, type TestApi } from './api.js';
import { newUser, type TestUser } from './builders.js';
import { reaching } from './downloads.js';
import { Origin } from './origin.js';

/** An api that works on operations and reaches an origin, and alice who downloads from it. */
export class RefreshedApi {
  private constructor(
    readonly origin: Origin,
    readonly api: TestApi,
    readonly alice: TestUser,
  ) {}

  static async start(): Promise<RefreshedApi> {
    const origin = await Origin.start();
    const api = await startTestApi({ works: true, env: reaching(origin.port) });
    return new RefreshedApi(origin, api, await newUser(api.admin, 'alice'));
  }

  async close(): Promise<void> {
    await this.api.close();
    await this.origin.close();
  }
}
