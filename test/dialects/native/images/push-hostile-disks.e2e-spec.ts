import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { startConversion } from '../../../support/conversions.js';
import { finished } from '../../../support/downloads.js';
import { workFolders } from '../../../support/leftovers.js';
import { HOSTILE_DISKS } from '../../../fixtures/disk-formats/index.js';

/** Empty ones are refused before they are disks at all. */
const SENT = Object.entries(HOSTILE_DISKS).filter(([, { make }]) => make().length > 0);

describe('POST /images with a hostile disk', () => {
  let api: TestApi;
  let mallory: TestUser;
  beforeAll(async () => {
    api = await startTestApi({ works: true, env: { MAX_VIRTUAL_BYTES: '8MiB', WORKER_CONCURRENCY: '8' } });
    mallory = await newUser(api.admin, 'mallory');
  });
  afterAll(() => api.close());

  it('has disks of every format', () => {
    expect(new Set(SENT.map(([, { format }]) => format))).toEqual(new Set(['raw', 'vmdk', 'vdi', 'vhd', 'vhdx']));
  });

  it.each(SENT)('fails by our own check, which names the field, before qemu-img sees it: %s', async (_, disk) => {
    const operation = await startConversion(mallory, `format=${disk.format}`, disk.make());
    const { status, error, lines, attempts } = await finished(mallory, operation);
    expect({ status, attempts, error }).toEqual({
      status: 'failed',
      attempts: 1,
      error: expect.stringContaining(`File refused: ${disk.field}: `),
    });
    expect(lines).toEqual([expect.stringMatching(/^Received \d+ bytes of /), error]);
  });

  it('leaves no folder', async () => {
    expect(await workFolders(api)).toEqual([]);
  });
});
