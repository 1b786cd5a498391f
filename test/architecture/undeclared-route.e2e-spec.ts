import type { AddressInfo } from 'node:net';
import { Controller, Get, type INestApplication, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Config } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../../apps/api/src/api.module.js';
import { ensureAdmin } from '../../apps/api/src/first-start.js';
import { Public } from '../../apps/api/src/http/access/access.decorator.js';
import { routesOf } from '../../apps/api/src/reference/route-table.js';
import { routesPage } from '../../apps/api/src/reference/routes-page.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { NativeClient } from '../support/native-client.js';

@Controller('forgetful')
class ForgetfulController {
  @Get('undeclared')
  undeclared(): object {
    return { secret: true };
  }

  @Get('public')
  @Public()
  declared(): object {
    return { secret: false };
  }
}

describe('a route that declares no access', () => {
  let database: TestDatabase;
  let app: INestApplication;
  let admin: NativeClient;

  beforeAll(async () => {
    database = await createTestDatabase();
    const config = Config.parse({ LOG_LEVEL: 'silent', DATABASE_URL: database.url });
    @Module({ imports: [ApiModule.forRoot(config, new MemoryBlobStore())], controllers: [ForgetfulController] })
    class WithForgetfulController {}
    app = await NestFactory.create(WithForgetfulController, { logger: false });
    await app.listen(0, '127.0.0.1');
    const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
    admin = new NativeClient(`http://127.0.0.1:${port}`, (await ensureAdmin(app, config)).adminToken);
  });
  afterAll(async () => {
    await app.close();
    await database.drop();
  });

  it('is reached by nobody, not even by an admin with every scope', async () => {
    for (const client of [admin, new NativeClient(admin.url)]) {
      const { status, body } = await client.get('/forgetful/undeclared');
      expect(status).toBe(404);
      expect(body).toEqual({ message: 'Not Found' });
    }
  });

  it('does not close the one beside it that declares its access', async () => {
    expect((await admin.get('/forgetful/public')).body).toEqual({ secret: false });
  });

  it('stands out in the table of routes', () => {
    @Module({ controllers: [ForgetfulController] })
    class ForgetfulModule {}
    expect(routesPage(routesOf(ForgetfulModule))).toContain(
      '| GET | `/forgetful/undeclared` | **unreachable** |  | ForgetfulController.undeclared |',
    );
  });
});
