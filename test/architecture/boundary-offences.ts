/** One broken rule: the files that break it and the import that must be blamed. */
interface Offence {
  readonly rule: string;
  /** Path in a made-up tree to its content. */
  readonly files: Readonly<Record<string, string>>;
  /** `importing file → imported file`, both as the tree names them. */
  readonly blamed: string;
}

const EMPTY = 'export {};\n';

/** Every rule of `.dependency-cruiser.js`, broken at least once. */
export const OFFENCES: readonly Offence[] = [
  {
    rule: 'no-cycles',
    files: {
      'libs/domain/loops/chicken.ts': "export * from './egg.js';\n",
      'libs/domain/loops/egg.ts': "export * from './chicken.js';\n",
    },
    blamed: 'libs/domain/loops/chicken.ts → libs/domain/loops/egg.ts',
  },
  {
    rule: 'everything-resolves',
    files: { 'libs/domain/deep/reader.ts': "import '#platform/storage/keys';\n" },
    blamed: 'libs/domain/deep/reader.ts → #platform/storage/keys',
  },
  {
    rule: 'kernel-stands-alone',
    files: { 'libs/kernel/clock.ts': "import 'node:timers';\n" },
    blamed: 'libs/kernel/clock.ts → timers',
  },
  {
    rule: 'qcow2-stands-alone',
    files: { 'libs/qcow2/header.ts': "import '#kernel';\n" },
    blamed: 'libs/qcow2/header.ts → libs/kernel/index.ts',
  },
  {
    rule: 'disk-formats-stand-alone',
    files: { 'libs/disk-formats/vdi.ts': "import '#kernel';\n" },
    blamed: 'libs/disk-formats/vdi.ts → libs/kernel/index.ts',
  },
  {
    rule: 'platform-knows-no-registry',
    files: { 'libs/platform/nosy/index.ts': "import '#domain/images';\n", 'libs/domain/images/index.ts': EMPTY },
    blamed: 'libs/platform/nosy/index.ts → libs/domain/images/index.ts',
  },
  {
    rule: 'libs-know-no-app',
    files: {
      'libs/domain/upward/index.ts': "import '../../../apps/api/src/main.js';\n",
      'apps/api/src/main.ts': EMPTY,
    },
    blamed: 'libs/domain/upward/index.ts → apps/api/src/main.ts',
  },
  {
    rule: 'a-lib-has-one-door-for-apps',
    files: {
      'apps/api/src/burglar.ts': "import '../../../libs/domain/images/image.entity.js';\n",
      'libs/domain/images/image.entity.ts': EMPTY,
    },
    blamed: 'apps/api/src/burglar.ts → libs/domain/images/image.entity.ts',
  },
  {
    rule: 'a-lib-has-one-door-for-tests',
    files: { 'test/burglar.e2e-spec.ts': "import '../libs/domain/images/image.entity.js';\n" },
    blamed: 'test/burglar.e2e-spec.ts → libs/domain/images/image.entity.ts',
  },
  {
    rule: 'a-lib-has-one-door-for-libs',
    files: { 'libs/domain/burglar/index.ts': "import '../images/image.entity.js';\n" },
    blamed: 'libs/domain/burglar/index.ts → libs/domain/images/image.entity.ts',
  },
  {
    rule: 'a-lib-has-one-door-for-libs',
    files: {
      'libs/domain/backdoor/index.ts': "import '#platform/storage/drivers/memory';\n",
      'libs/platform/storage/drivers/memory/index.ts': EMPTY,
    },
    blamed: 'libs/domain/backdoor/index.ts → libs/platform/storage/drivers/memory/index.ts',
  },
  {
    rule: 'dialects-are-strangers',
    files: {
      'apps/api/src/dialects/linode/copycat.ts': "import '../chutes/paging.js';\n",
      'apps/api/src/dialects/chutes/paging.ts': EMPTY,
    },
    blamed: 'apps/api/src/dialects/linode/copycat.ts → apps/api/src/dialects/chutes/paging.ts',
  },
  {
    rule: 'shared-http-knows-no-dialect',
    files: { 'apps/api/src/http/biased.ts': "import '../dialects/chutes/paging.js';\n" },
    blamed: 'apps/api/src/http/biased.ts → apps/api/src/dialects/chutes/paging.ts',
  },
  {
    rule: 'typeorm-in-its-place',
    files: { 'libs/domain/images/images.service.ts': "import type { Repository } from 'typeorm';\n" },
    blamed: 'libs/domain/images/images.service.ts → node_modules/typeorm',
  },
  {
    rule: 'typeorm-in-its-place',
    files: { 'libs/domain/images/image.policy.ts': "import { InjectRepository } from '@nestjs/typeorm';\n" },
    blamed: 'libs/domain/images/image.policy.ts → node_modules/@nestjs/typeorm',
  },
  {
    rule: 'production-imports-no-test-code',
    files: {
      'libs/platform/storage/index.ts': "import './testing/blob-store.contract.js';\n",
      'libs/platform/storage/testing/blob-store.contract.ts': EMPTY,
    },
    blamed: 'libs/platform/storage/index.ts → libs/platform/storage/testing/blob-store.contract.ts',
  },
  {
    rule: 'production-imports-no-dev-dependency',
    files: { 'apps/api/src/impure.ts': "import 'fast-check';\n" },
    blamed: 'apps/api/src/impure.ts → node_modules/fast-check',
  },
];

/** What the rules allow, one file for each permission that a careless rule would take away. */
export const WELL_BEHAVED: Readonly<Record<string, string>> = {
  'libs/kernel/index.ts': EMPTY,
  'libs/qcow2/index.ts': "import 'node:buffer';\n",
  'libs/qcow2/index.spec.ts': "import 'fast-check';\nimport '#qcow2';\n",
  'libs/platform/database/data-source.ts': "import 'typeorm';\nimport '#kernel';\n",
  'libs/platform/storage/testing/blob-store.contract.spec.ts': "import './blob-store.contract.js';\n",
  'libs/domain/images/image.repository.ts': "import 'typeorm';\nimport './image.entity.js';\n",
  'libs/domain/images/images.module.ts': "import '@nestjs/typeorm';\nimport '#platform/storage';\nimport '#qcow2';\n",
  'apps/api/src/dialects/chutes/chutes.module.ts': "import './paging.js';\nimport '#domain/images';\n",
  'test/contracts/memory-store.e2e-spec.ts': "import '../../libs/platform/storage/testing/blob-store.contract.js';\n",
};
