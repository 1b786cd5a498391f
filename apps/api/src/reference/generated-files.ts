import { type DynamicModule, type INestApplication } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Config, envExample } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../api.module.js';
import { describeChutesApi } from '../dialects/chutes/description/describe-chutes-api.js';
import { describeNativeApi } from '../dialects/native/description/describe-native-api.js';
import { routesOf } from './route-table.js';
import { routesPage } from './routes-page.js';

/** Every file that is made from the code: path from the root, content. Nothing is started: modules are only looked at. */
export async function generatedFiles(): Promise<Readonly<Record<string, string>>> {
  const module = ApiModule.forRoot(Config.parse({}), new MemoryBlobStore());
  const app = await preview(module);
  return {
    '.env.example': envExample(),
    'docs/reference/routes.md': routesPage(routesOf(module)),
    'docs/reference/chutes-openapi.json': `${JSON.stringify(describeChutesApi(app), null, 2)}\n`,
    'docs/reference/openapi.json': `${JSON.stringify(describeNativeApi(app), null, 2)}\n`,
  };
}

/** The application put together, with none of its providers made. */
function preview(module: DynamicModule): Promise<INestApplication> {
  return NestFactory.create(module, { preview: true, logger: ['error'], abortOnError: false });
}
