import { Config, envExample } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../api.module.js';
import { routesOf } from './route-table.js';
import { routesPage } from './routes-page.js';

/** Every file that is made from the code: path from the root, content. Nothing is started: modules are only looked at. */
export function generatedFiles(): Readonly<Record<string, string>> {
  return {
    '.env.example': envExample(),
    'docs/reference/routes.md': routesPage(routesOf(ApiModule.forRoot(Config.parse({}), new MemoryBlobStore()))),
  };
}
