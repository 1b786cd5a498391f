import { startTestPostgres } from './test-postgres.mjs';

/** Before all test files: PostgreSQL and a folder, which they find by the environment. */
export default async function setUp() {
  const postgres = await startTestPostgres();
  process.env.TEST_DATABASE_URL = postgres.url;
  process.env.TEST_FOLDER = postgres.folder;
  globalThis.stopTestPostgres = postgres.stop;
}
