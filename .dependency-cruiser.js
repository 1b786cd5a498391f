/**
 * The direction of imports (docs/decisions, CONTRIBUTING.md): apps → domain → platform → kernel, and nothing back.
 * `test/architecture/module-boundaries.e2e-spec.ts` breaks every rule once and sees it fire.
 */

/** Code that may reach for what production code may not: specs, contract suites, test support. */
const TEST_CODE = ['\\.(e2e-)?spec\\.ts$', '(^|/)testing/', '^test/'];

const PRODUCTION = { path: '^(apps|libs)/', pathNot: TEST_CODE };

/** One capture group for the folder of a lib, so that `$1` is the lib an import comes from. */
const LIB = '^(libs/(?:kernel|qcow2|disk-formats|(?:platform|domain)/[^/]+))/';
const LIB_DOOR = '^libs/(kernel|qcow2|disk-formats|(platform|domain)/[^/]+)/index\\.ts$';

const TYPEORM = '(^|node_modules/)(typeorm|@nestjs/typeorm)(/|$)';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or hide a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'everything-resolves',
      comment:
        'A deep `#layer/x/y` import, or a package that is not installed. Scripts may name what a build will make.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
    },
    {
      name: 'kernel-stands-alone',
      comment: 'The kernel imports nothing but itself, not even Node.',
      severity: 'error',
      from: { path: '^libs/kernel/', pathNot: TEST_CODE },
      to: { pathNot: '^libs/kernel/' },
    },
    {
      name: 'qcow2-stands-alone',
      comment: 'The format reader imports nothing but itself and Node.',
      severity: 'error',
      from: { path: '^libs/qcow2/', pathNot: TEST_CODE },
      to: { pathNot: '^libs/qcow2/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'disk-formats-stand-alone',
      comment: 'The checks of foreign formats import nothing but themselves and Node.',
      severity: 'error',
      from: { path: '^libs/disk-formats/', pathNot: TEST_CODE },
      to: { pathNot: '^libs/disk-formats/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'platform-knows-no-registry',
      comment: 'Of our own code, machinery imports only machinery and the kernel: it has never heard of an image.',
      severity: 'error',
      from: { path: '^libs/platform/' },
      to: { path: '^(libs|apps|bench)/', pathNot: '^libs/(platform|kernel)/' },
    },
    {
      name: 'libs-know-no-app',
      comment: 'Apps wire libs together, never the other way round.',
      severity: 'error',
      from: { path: '^libs/' },
      to: { path: '^apps/' },
    },
    {
      name: 'a-lib-has-one-door-for-apps',
      comment:
        'From outside the libs, a lib is entered through its index.ts; test code may also use its testing/ folder.',
      severity: 'error',
      from: { pathNot: ['^libs/', ...TEST_CODE] },
      to: { path: '^libs/', pathNot: LIB_DOOR },
    },
    {
      name: 'a-lib-has-one-door-for-tests',
      comment: 'Tests stand outside too.',
      severity: 'error',
      from: { path: TEST_CODE, pathNot: '^libs/' },
      to: { path: '^libs/', pathNot: [LIB_DOOR, '/testing/'] },
    },
    {
      name: 'a-lib-has-one-door-for-libs',
      comment: 'One lib enters another through its index.ts.',
      severity: 'error',
      from: { path: LIB },
      to: { path: '^libs/', pathNot: ['^$1/', LIB_DOOR] },
    },
    {
      name: 'dialects-are-strangers',
      comment: 'What two dialects share belongs to apps/api/src/http or to the domain.',
      severity: 'error',
      from: { path: '^apps/api/src/dialects/([^/]+)/' },
      to: { path: '^apps/api/src/dialects/', pathNot: '^apps/api/src/dialects/$1/' },
    },
    {
      name: 'shared-http-knows-no-dialect',
      comment: 'What all dialects share on the wire depends on none of them.',
      severity: 'error',
      from: { path: '^apps/api/src/http/' },
      to: { path: '^apps/api/src/dialects/' },
    },
    {
      name: 'typeorm-in-its-place',
      comment: 'Tables are the business of entities, repositories and the modules that register them.',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot: ['\\.(entity|repository|module)\\.ts$', '^libs/platform/database/', ...TEST_CODE],
      },
      to: { path: TYPEORM },
    },
    {
      name: 'production-imports-no-test-code',
      comment: 'What ships must not need what does not.',
      severity: 'error',
      from: PRODUCTION,
      to: { path: [...TEST_CODE, '^bench/'] },
    },
    {
      name: 'production-imports-no-dev-dependency',
      comment: 'A container without dev dependencies must still start; types vanish before that.',
      severity: 'error',
      from: PRODUCTION,
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/', '^dist/'] },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json', '.d.ts'],
    },
  },
};
