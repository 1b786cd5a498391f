import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startConversion } from '../support/conversions.js';
import { longDisk } from '../support/disks.js';
import { finished } from '../support/downloads.js';
import { query } from '../support/embedded-postgres/observe.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from '../support/fleet.js';
import type { NativeClient } from '../support/native-client.js';
import { countRunning } from '../platform/sandbox/box.js';

const QEMU = 'qemu-img convert -p';

let fleet: Fleet;
let client: NativeClient;
beforeEach(async () => {
  fleet = await Fleet.start();
  ({ client } = fleet);
});
afterEach(() => fleet.remove());

/** Names of files below a folder of the data directory. */
async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(join(fleet.dataDir, folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort();
}

/** Every file that a row names, once. */
const KEYS = `
  SELECT coalesce(array_agg(DISTINCT key ORDER BY key), '{}') AS keys FROM (
    SELECT storage_key AS key FROM blobs UNION SELECT storage_key FROM image_sources
    UNION SELECT storage_key FROM derived_blobs
    UNION SELECT storage_key FROM operation_log_chunks WHERE storage_key IS NOT NULL) AS named`;

async function expectNothingLeft(): Promise<void> {
  await eventually(async () => {
    const [{ keys }] = (await query(fleet.database.url, KEYS)) as [{ keys: string[] }];
    expect({ blobs: await filesBelow('images/blobs'), staged: await filesBelow('images/staging') }).toEqual({
      blobs: keys,
      staged: [],
    });
    expect(await readdir(join(fleet.dataDir, 'work'))).toEqual([]);
  });
}

it('kill -9 of a worker in the middle of a conversion leaves the work to another, and nothing behind', async () => {
  const first = await fleet.startWorker();
  const operation = await startConversion(client, 'format=raw&compression=zst', longDisk(512));
  await eventually(async () => expect(await filesBelow('work')).toHaveLength(2)); // the disk, and what becomes of it
  await first.kill('SIGKILL');
  await eventually(async () => expect(await countRunning(QEMU)).toBe(0));

  const second = await fleet.startWorker();
  expect(await finished(client, operation)).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
  expect((await client.get(`/images/${operation.image_id}`)).body).toMatchObject({
    status: 'available',
    virtual_size: 512 * 2 ** 20,
  });
  expect(await query(fleet.database.url, 'SELECT 1 FROM image_sources')).toEqual([]);
  await expectNothingLeft();
  await second.kill('SIGTERM');
}, 120_000);

it('an operation that is cancelled in the middle of a conversion ends its processes, and leaves nothing but what was sent', async () => {
  await fleet.startWorker();
  const operation = await startConversion(client, 'format=raw&compression=zst', longDisk(512));
  await eventually(async () => expect(await filesBelow('work')).toHaveLength(2));
  expect((await client.post(`/operations/${operation.id}/cancel`, {})).status).toBe(202);
  expect(await finished(client, operation)).toMatchObject({ status: 'cancelled', error: 'It was cancelled' });
  await eventually(async () => expect(await countRunning(QEMU)).toBe(0));
  expect((await client.get(`/images/${operation.image_id}`)).body).toMatchObject({ status: 'failed' });
  await expectNothingLeft();
}, 120_000);

it('a worker that starts removes the folders of attempts that died', async () => {
  const first = await fleet.startWorker();
  const operation = await startConversion(client, 'format=raw&compression=zst', longDisk(512));
  await eventually(async () => expect(await filesBelow('work')).toHaveLength(2));
  await first.kill('SIGKILL');
  await client.delete(`/images/${operation.image_id}`);
  await fleet.startWorker();
  await expectNothingLeft();
}, 120_000);
