import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { generatedFiles } from './generated-files.js';

const ROOT = resolve(import.meta.dirname, '../../../../..');

for (const [path, content] of Object.entries(await generatedFiles())) {
  const target = resolve(ROOT, path);
  await mkdir(dirname(target), { recursive: true });
  await writeFile(target, content);
  process.stdout.write(`${path}\n`);
}
