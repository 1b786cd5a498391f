import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Config, envExample } from '#platform/config';
import { MemoryBlobStore } from '#platform/storage';
import { ApiModule } from '../api.module.js';
import { routesOf } from './route-table.js';
import { routesPage } from './routes-page.js';

const ROOT = resolve(import.meta.dirname, '../../../../..');

/** Writes every file that is made from the code. Nothing is started for it: the modules are only looked at. */
const files: Readonly<Record<string, string>> = {
  '.env.example': envExample(),
  'docs/reference/routes.md': routesPage(routesOf(ApiModule.forRoot(Config.parse({}), new MemoryBlobStore()))),
};

for (const [path, content] of Object.entries(files)) {
  const target = resolve(ROOT, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  process.stdout.write(`${path}\n`);
}
