import js from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import { builtinRules } from 'eslint/use-at-your-own-risk';
import tseslint from 'typescript-eslint';

const TYPESCRIPT = ['{apps,libs,test,bench}/**/*.ts'];
const TEST_CODE = ['test/**/*.ts', '**/*.spec.ts', 'libs/**/testing/**/*.ts'];
const PLAIN_JAVASCRIPT = ['*.js', '.*.js', '{scripts,bench,test}/**/*.mjs'];

/** Words of `@nestjs/common` that belong to a controller. Named by hand: an unknown name is no business of HTTP. */
const ROUTE_DECORATORS = [
  ...['Controller', 'All', 'Get', 'Head', 'Post', 'Put', 'Patch', 'Delete', 'Options', 'Search', 'Sse', 'Version'],
  ...['Req', 'Request', 'Res', 'Response', 'Next', 'Param', 'Query', 'Body', 'Headers', 'Ip', 'HostParam', 'Session'],
  ...['Header', 'HttpCode', 'Redirect', 'Render', 'UploadedFile', 'UploadedFiles'],
];

const NO_HTTP_IN_LIBS = [
  {
    regex: '^@nestjs/common$',
    importNamePattern: `^(${ROUTE_DECORATORS.join('|')})$`,
    message: 'A lib has no routes: put this into a controller of a dialect.',
  },
  {
    regex: '^@nestjs/common$',
    importNamePattern: '^Http(Status|ErrorByCode)$|Exception$',
    message: 'A lib speaks no HTTP: throw a DomainError, each dialect has its status for it.',
  },
];

const NO_ENVIRONMENT_IMPORT = [
  { name: 'process', importNames: ['env'], message: 'Only libs/platform/config reads the environment.' },
  { name: 'node:process', importNames: ['env'], message: 'Only libs/platform/config reads the environment.' },
];

/** A focused or skipped test is a guarantee that nobody checks. */
const NO_HALF_SUITES = ['describe', 'it', 'test'].flatMap((object) =>
  ['only', 'skip', 'todo'].map((property) => ({ object, property })),
);

export default defineConfig(
  globalIgnores(['dist/', 'data/', 'coverage/', 'docs/']),

  js.configs.recommended,
  {
    rules: {
      eqeqeq: 'error',
      'no-param-reassign': 'error',
      'object-shorthand': 'error',
    },
  },

  {
    name: 'sizes: hardly anything over these, see CONTRIBUTING.md',
    files: [...TYPESCRIPT, ...PLAIN_JAVASCRIPT],
    // The same rule twice: a remark first, a refusal later.
    plugins: { strict: { rules: { 'max-lines': builtinRules.get('max-lines') } } },
    rules: {
      'max-lines': ['warn', 250],
      'strict/max-lines': ['error', 300],
      'max-lines-per-function': ['error', { max: 40, skipBlankLines: true, skipComments: true }],
      'max-depth': ['error', 3],
      complexity: ['error', 15],
    },
  },

  {
    name: 'typescript',
    files: TYPESCRIPT,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/max-params': ['error', { max: 5 }],
      'no-console': 'error',
      // A Nest module is often nothing but its decorator.
      '@typescript-eslint/no-extraneous-class': ['error', { allowWithDecorator: true }],
      // An async method may keep a promise-returning seam without waiting for anything: it must still reject, not throw.
      '@typescript-eslint/require-await': 'off',
      // `() => close()` reads better than braces around it.
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      // Entities are classes only because decorators need one; what a query returns is a plain object of that shape.
      '@typescript-eslint/no-unsafe-class-instance-assignment': 'off',
      // Numbers print as one expects; everything else must say how.
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-unnecessary-condition': [
        'error',
        { allowConstantLoopConditions: 'only-allowed-literals' },
      ],
    },
  },

  {
    name: 'the domain copies its entities, and dialects their answers, like the plain objects they are',
    files: ['libs/domain/**/*.ts', 'apps/api/src/dialects/**/*.ts'],
    rules: { '@typescript-eslint/no-misused-spread': 'off' },
  },

  {
    name: 'only the configuration reads the environment',
    files: ['{apps,libs}/**/*.ts'],
    ignores: ['libs/platform/config/**', ...TEST_CODE],
    rules: {
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only libs/platform/config reads the environment.' },
      ],
      'no-restricted-imports': ['error', { paths: NO_ENVIRONMENT_IMPORT }],
    },
  },
  {
    name: 'libs speak no HTTP',
    files: ['libs/**/*.ts'],
    ignores: ['libs/platform/config/**', ...TEST_CODE],
    rules: { 'no-restricted-imports': ['error', { paths: NO_ENVIRONMENT_IMPORT, patterns: NO_HTTP_IN_LIBS }] },
  },
  {
    name: 'the access guard stands between HTTP and the domain',
    files: ['libs/domain/auth/*.guard.ts'],
    rules: { 'no-restricted-imports': ['error', { paths: NO_ENVIRONMENT_IMPORT }] },
  },

  {
    name: 'tests',
    files: TEST_CODE,
    rules: {
      'no-restricted-properties': ['error', ...NO_HALF_SUITES],
      // A suite is one long function of short ones.
      'max-lines-per-function': 'off',
      // Jest's matchers (`expect.any`, `expect.objectContaining`) are typed any.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      // `expect(service.method)` only looks at the method.
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    name: 'migrations are SQL, one statement after the other',
    files: ['libs/platform/database/migrations/*.ts'],
    rules: { 'max-lines-per-function': 'off' },
  },
  {
    name: 'benchmarks print their figures',
    files: ['bench/**'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'scripts and tool configuration: plain JavaScript on Node',
    files: PLAIN_JAVASCRIPT,
    // They run on the Node that runs this.
    languageOptions: {
      globals: Object.fromEntries(Object.getOwnPropertyNames(globalThis).map((name) => [name, false])),
    },
  },
);
