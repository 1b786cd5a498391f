import { mkdtemp, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Controller, Delete, type DynamicModule, Get, Module, Post, Req, Res } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { Request, Response } from 'express';
import type { AuthenticatedPrincipal, Principal } from '#kernel';
import { Config } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { ChutesCredentialsModule } from '../../apps/api/src/dialects/chutes/chutes-credentials.module.js';
import { ChutesCredentials } from '../../apps/api/src/dialects/chutes/chutes.credentials.js';
import { ChutesErrors } from '../../apps/api/src/dialects/chutes/chutes.errors.js';
import { ChutesModule } from '../../apps/api/src/dialects/chutes/chutes.module.js';
import { ensureAdmin } from '../../apps/api/src/first-start.js';
import { RequireScope, RequireScopeUnlessPublic } from '../../apps/api/src/http/access/access.decorator.js';
import { Caller } from '../../apps/api/src/http/access/caller.decorator.js';
import { KnowsCallersBy } from '../../apps/api/src/http/access/credentials.js';
import { auditOriginMiddleware } from '../../apps/api/src/http/audit-origin.middleware.js';
import { leaveContinueToReaders } from '../../apps/api/src/http/expect-continue.js';
import { JsonAdapter } from '../../apps/api/src/http/json-adapter.js';
import { jsonBodies } from '../../apps/api/src/http/json-bodies.js';
import { requireReadableUrl } from '../../apps/api/src/http/readable-url.js';
import { SpooledBodies } from '../../apps/api/src/http/spooled-bodies.js';
import { cutUnreadBodies } from '../../apps/api/src/http/unread-body.js';
import { createTestDatabase, type TestDatabase } from './database.js';
import { NativeClient } from './native-client.js';

const told = (caller: Principal): object =>
  caller.kind === 'user' ? { username: caller.username, scopes: [...caller.scopes] } : { anonymous: true };

/** Routes with the paths and the access of the dialect's own, which only tell who asks. */
@Controller('chutes/images')
@KnowsCallersBy(ChutesCredentials)
class SignedController {
  constructor(private readonly bodies: SpooledBodies) {}

  @Get(':id/logs')
  @RequireScopeUnlessPublic('image:read')
  logs(@Caller() caller: Principal): object {
    return told(caller);
  }

  @Get('{*path}')
  @RequireScope('image:read')
  show(@Caller() caller: Principal): object {
    return told(caller);
  }

  @Delete('*path')
  @RequireScope('image:delete')
  delete(@Caller() caller: Principal): object {
    return told(caller);
  }

  @Post()
  @RequireScope('image:build')
  async create(
    @Caller() caller: AuthenticatedPrincipal,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<object> {
    const body = await this.bodies.receive(request, response, caller.userId);
    const bytes = Buffer.concat(await body.open().toArray());
    return { ...told(caller), sizeBytes: body.sizeBytes, sha256: body.sha256, head: bytes.toString('latin1', 0, 16) };
  }
}

/** As `TestApi`, with the routes above in the place of the dialect's. */
export interface SignedApi {
  readonly url: string;
  readonly app: NestExpressApplication;
  readonly admin: NativeClient;
  readonly dataDir: string;
  /** Another process on the same database, as it were; it goes with the first. Passport knows one of them: bearer tokens count in all. */
  beside(env?: Record<string, string>): Promise<SignedApi>;
  close(): Promise<void>;
}

export async function startSignedApi(env: Record<string, string> = {}, shared?: TestDatabase): Promise<SignedApi> {
  const database = shared ?? (await createTestDatabase());
  const dataDir = await mkdtemp(join(tmpdir(), 'diskyard-test-'));
  const config = Config.parse({
    ...{ DATA_DIR: dataDir, LOG_LEVEL: 'silent', PORT: '0', MIN_FREE_BYTES: '0', ...env },
    DATABASE_URL: database.url,
  });
  const options = { bodyParser: false, logger: false } as const;
  const app = await NestFactory.create<NestExpressApplication>(moduleWith(config), new JsonAdapter(), options);
  app.set('query parser', 'simple');
  app.use(cutUnreadBodies, requireReadableUrl, jsonBodies(config.idleTimeoutMs), auditOriginMiddleware);
  leaveContinueToReaders(app.getHttpServer());
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const { adminToken } = await ensureAdmin(app, config);
  const others: SignedApi[] = [];
  return {
    ...{ url, app, dataDir, admin: new NativeClient(url, adminToken) },
    beside: async (otherEnv = env) => {
      const other = await startSignedApi(otherEnv, database);
      others.push(other);
      return other;
    },
    close: async () => {
      for (const other of others) await other.close();
      app.getHttpServer().closeAllConnections();
      await app.close();
      if (!shared) await database.drop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

@Module({
  imports: [ChutesCredentialsModule],
  controllers: [SignedController],
  providers: [ChutesErrors],
  exports: [ChutesErrors],
})
class SignedModule {}

/** All of the api, with these routes in the place of the dialect's. */
function moduleWith(config: Config): DynamicModule {
  const { imports = [], ...rest } = ApiModule.forRoot(config, new MemoryBlobStore());
  return { ...rest, imports: imports.map((one) => (one === ChutesModule ? SignedModule : one)) };
}
