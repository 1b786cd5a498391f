/** After all test files, whatever became of them. */
export default async function tearDown() {
  await globalThis.stopTestPostgres();
}
