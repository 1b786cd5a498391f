import { resolve } from 'node:path';
import { ESLint } from 'eslint';

const ROOT = resolve(import.meta.dirname, '../..');

/** Boundaries that run through the names of one package, where dependency-cruiser sees only files. */
describe('lint boundaries', () => {
  const eslint = new ESLint({ cwd: ROOT });

  /** The restrictions that `source` breaks if it stood in the file `path`, which must exist: its types are looked up. */
  async function restrictionsBroken(path: string, source: string): Promise<string[]> {
    const [report] = await eslint.lintText(source, { filePath: resolve(ROOT, path) });
    const rules = report?.messages.map(({ ruleId }) => ruleId ?? 'unparsable') ?? [];
    return rules.filter((rule) => rule === 'unparsable' || rule.startsWith('no-restricted-'));
  }

  it.each([
    ['a route decorator', "import { Controller } from '@nestjs/common';"],
    ['a route decorator', "import { Get } from '@nestjs/common';"],
    ['an HTTP exception', "import { NotFoundException } from '@nestjs/common';"],
    ['an HTTP exception', "import { HttpException } from '@nestjs/common';"],
    ['an HTTP status', "import { HttpStatus } from '@nestjs/common';"],
    ['the environment', "import { env } from 'node:process';"],
    ['the environment', 'export const secret = process.env.SECRET;'],
  ])('keep %s out of the libs', async (_what, source) => {
    expect(await restrictionsBroken('libs/kernel/index.ts', source)).toHaveLength(1);
  });

  it('let libs inject and wire', async () => {
    const source = "import { Injectable, Module, Inject } from '@nestjs/common';";
    expect(await restrictionsBroken('libs/kernel/index.ts', source)).toEqual([]);
  });

  it('let only the configuration read the environment', async () => {
    const source = 'export const port = process.env.PORT;';
    expect(await restrictionsBroken('libs/platform/config/index.ts', source)).toEqual([]);
  });

  it('keep focused and skipped tests out', async () => {
    const source = "it.only('a', () => {});\ndescribe.skip('b', () => {});";
    expect(await restrictionsBroken('test/architecture/lint-boundaries.e2e-spec.ts', source)).toHaveLength(2);
  });
});
