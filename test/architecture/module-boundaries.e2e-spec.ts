import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { OFFENCES, WELL_BEHAVED } from './boundary-offences.js';

const ROOT = resolve(import.meta.dirname, '../..');
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');

interface Violation {
  readonly from: string;
  readonly to: string;
  readonly rule: { readonly name: string };
}

interface Report {
  readonly summary: {
    readonly violations: Violation[];
    readonly ruleSetUsed: { readonly forbidden: { name: string }[] };
  };
}

interface Verdict {
  /** Each as `rule: importing file → imported file`. */
  readonly violations: string[];
  /** The names of all rules that were applied. */
  readonly rules: string[];
}

/** What dependency-cruiser holds against the tree under `root`. */
async function cruise(root: string): Promise<Verdict> {
  const args = [
    CRUISER,
    '--config',
    join(ROOT, '.dependency-cruiser.js'),
    '--output-type',
    'json',
    'libs',
    'apps',
    'test',
  ];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, maxBuffer: 64 << 20 });
  // The shape of the tool's JSON report.
  const { summary } = JSON.parse(stdout) as Report;
  return {
    violations: summary.violations.map((it) => `${it.rule.name}: ${it.from} → ${withoutWayToPackages(it.to)}`),
    rules: summary.ruleSetUsed.forbidden.map((rule) => rule.name),
  };
}

/** A planted tree links to our packages: `../../x/node_modules/y` is the same to it as `node_modules/y`. */
function withoutWayToPackages(path: string): string {
  return path.replace(/^.*(?=node_modules\/)/, '');
}

/** Writes a tree that shares our package.json and installed packages. */
async function plant(files: Readonly<Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'boundaries-'));
  await cp(join(ROOT, 'package.json'), join(root, 'package.json'));
  await symlink(join(ROOT, 'node_modules'), join(root, 'node_modules'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), content);
  }
  return root;
}

describe('module boundaries', () => {
  it('hold in this repository', async () => {
    expect((await cruise(ROOT)).violations).toEqual([]);
  });

  describe('in a tree that breaks every one of them', () => {
    let root: string;
    let verdict: Verdict;

    beforeAll(async () => {
      root = await plant(
        Object.fromEntries([WELL_BEHAVED, ...OFFENCES.map(({ files }) => files)].flatMap(Object.entries)),
      );
      verdict = await cruise(root);
    });

    afterAll(() => rm(root, { recursive: true }));

    it.each(OFFENCES)('$rule blames $blamed', ({ rule, blamed }) => {
      const violations = verdict.violations.filter((violation) => violation.startsWith(`${rule}: `));
      expect(violations).toContainEqual(expect.stringContaining(blamed));
    });

    it.each(Object.keys(WELL_BEHAVED))('leave %s in peace', (path) => {
      expect(verdict.violations.filter((violation) => violation.includes(`: ${path} → `))).toEqual([]);
    });

    it('are all broken at least once', () => {
      expect(new Set(OFFENCES.map(({ rule }) => rule))).toEqual(new Set(verdict.rules));
    });
  });
});
