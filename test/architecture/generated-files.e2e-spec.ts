import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generatedFiles } from '../../apps/api/src/reference/generated-files.js';

const ROOT = join(import.meta.dirname, '../..');

const files = await generatedFiles();

describe('generated files', () => {
  it.each(Object.entries(files))('%s is what the code makes now (else: npm run generate)', async (path, content) => {
    expect(await readFile(join(ROOT, path), 'utf8')).toBe(content);
  });
});
