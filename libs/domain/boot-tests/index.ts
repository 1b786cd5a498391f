export {
  type BootTest,
  type BootTestOptions,
  type BootTestWords,
  FIRMWARE_WORDS,
  MAX_MEMORY_BYTES,
  MAX_TIMEOUT_SECONDS,
  MIN_MEMORY_BYTES,
  readBootTestOptions,
} from './boot-test.js';
export { BootTestRecords, type TestedImage } from './boot-test-records.js';
export { type BootTestFile, BootTestResults } from './boot-test-results.js';
export { BootTester, type BootTestResult } from './boot-tester.js';
export { BootTestsModule } from './boot-tests.module.js';
export { BootTestsService } from './boot-tests.service.js';
