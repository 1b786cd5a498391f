import { DataSource } from 'typeorm';
import { startTestApi, type TestApi } from '../../support/api.js';
import { distinctImage, expectStatus, newUser, pushImage } from '../../support/builders.js';
import { finished, reaching, startDownload } from '../../support/downloads.js';
import { Origin } from '../../support/origin.js';
import { file } from '../../support/origin-behaviours.js';
import { checkNow } from '../../support/refreshes.js';

describe('the migration to refreshed downloads', () => {
  let origin: Origin;
  let api: TestApi;
  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({ works: true, env: reaching(origin.port) });
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
  });

  it('knows the sources of downloads that were there before, and has them refreshed for whoever wants it', async () => {
    origin.on('/disk', file(distinctImage('disk'), { etag: null }));
    const alice = await newUser(api.admin, 'alice');
    await pushImage(alice, 'name=pushed');
    const operation = await startDownload(alice, origin.url('/disk'));
    await finished(alice, operation);
    const source = api.app.get(DataSource);
    const rows = (): Promise<object[]> => source.query('SELECT * FROM download_sources');
    const before = await rows();
    expect(before).toHaveLength(1);
    const isThere = async (): Promise<boolean> =>
      (await source.query<object[]>(`SELECT FROM migrations WHERE name LIKE 'DownloadRefresh%'`)).length > 0;
    while (await isThere()) await source.undoLastMigration();
    await source.runMigrations();
    expect(await rows()).toEqual(before);
    expectStatus(await alice.patch(`/images/${operation.image_id}`, { refresh: '24h' }), 200);
    expect((await checkNow(api, alice, operation.image_id)).lines.at(-1)).toMatch(/^Not modified: it has /);
  });
});
