import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');

/** The parts of a package.json that these rules look at; old packages say `licenses`. */
interface Manifest {
  readonly dependencies?: Record<string, string>;
  readonly devDependencies?: Record<string, string>;
  readonly license?: string;
  readonly licenses?: readonly { readonly type: string }[];
}

function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(resolve(ROOT, folder, 'package.json'), 'utf8')) as Manifest;
}

interface Row {
  readonly name: string;
  readonly licence: string;
  readonly purpose: string;
}

/** Each table row under the heading that begins with `title`. */
function rowsUnder(title: string): Row[] {
  const page = readFileSync(resolve(ROOT, 'docs/dependencies.md'), 'utf8');
  const section = page.split('\n## ').find((part) => part.startsWith(title)) ?? '';
  const rows = section.matchAll(/^\| `(.+?)` +\| (.*?) +\| (.*?) +\|/gm);
  return [...rows].map(([, name = '', licence = '', purpose = '']) => ({ name, licence, purpose }));
}

const manifest = readManifest('.');

describe('docs/dependencies.md', () => {
  it.each([
    ['At run time', manifest.dependencies],
    ['For development', manifest.devDependencies],
  ])('has one line for each dependency "%s", and no stale one', (title, dependencies = {}) => {
    expect(rowsUnder(title).map(({ name }) => name)).toEqual(Object.keys(dependencies).sort());
  });

  it.each([...rowsUnder('At run time'), ...rowsUnder('For development')])(
    'tells the licence and the purpose of $name',
    ({ name, licence, purpose }) => {
      const { license, licenses } = readManifest(`node_modules/${name}`);
      expect(licence).toBe(license ?? licenses?.map(({ type }) => type).join(' or '));
      expect(purpose).not.toBe('');
    },
  );
});
