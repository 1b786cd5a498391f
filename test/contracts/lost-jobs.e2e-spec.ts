import { Database } from '#platform/database';
import { OperationMoves } from '#domain/operations';
import { startTestApi, type TestApi } from '../support/api.js';
import { startDownload } from '../support/downloads.js';
import { NOWHERE } from '../support/operation-body.js';

describe('an operation whose job is lost', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('gets another, once; one whose job waits gets none', async () => {
    const database = api.app.get(Database, { strict: false });
    const moves = api.app.get(OperationMoves, { strict: false });
    const [waits, lost] = [await startDownload(api.admin, NOWHERE), await startDownload(api.admin, NOWHERE)];
    await database.query(`WITH gone AS (DELETE FROM jobs.job WHERE data ->> 'id' = $1) SELECT`, [String(lost.id)]);
    const jobs = async (): Promise<object[]> =>
      database.query('SELECT id::text, data FROM jobs.job ORDER BY created_on');
    const [first] = await jobs();

    await moves.enqueueDue(); // too soon to tell
    expect(await jobs()).toEqual([first]);
    await database.query(`WITH due AS (UPDATE operations SET run_after = now() - interval '6 s') SELECT`);
    await moves.enqueueDue();
    const both = await jobs();
    expect(both).toEqual([first, { id: expect.any(String) as string, data: { id: lost.id } }]);
    expect(first).toMatchObject({ data: { id: waits.id } });
    await moves.enqueueDue();
    expect(await jobs()).toEqual(both);
  });
});
