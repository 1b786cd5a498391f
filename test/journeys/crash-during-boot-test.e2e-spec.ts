import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { countRunning } from '../platform/sandbox/box.js';
import { bootDisk, say, WAIT } from '../support/boot-disk.js';
import { expectStatus } from '../support/builders.js';
import { monitorOf } from '../support/conversions.js';
import { finished } from '../support/downloads.js';
import { query } from '../support/embedded-postgres/observe.js';
import { eventually } from '../support/eventually.js';
import { Fleet } from '../support/fleet.js';
import { FollowedLog } from '../support/operation-log.js';

let fleet: Fleet;
beforeEach(async () => {
  fleet = await Fleet.start();
});
afterEach(() => fleet.remove());

it('kill -9 of a worker in the middle of a boot ends the machine, leaves the test to another, and nothing behind', async () => {
  const { client, dataDir, database } = fleet;
  const first = await fleet.startWorker();
  const disk = await bootDisk(`${say('begun\\n')}/bin/busybox sleep 4\n${say('box login: ')}${WAIT}`);
  const { id } = expectStatus(await client.push('name=disk', disk), 201).body as { id: number };
  const operation = monitorOf(expectStatus(await client.post(`/images/${id}/boot-test`), 202));
  const log = await FollowedLog.open(client, `/operations/${operation}/logs`);
  await log.until('"begun"');
  await first.kill('SIGKILL');
  await log.cut();
  await eventually(async () => expect(await countRunning(join(dataDir, 'work'))).toBe(0));

  const second = await fleet.startWorker();
  expect(await finished(client, { id: operation })).toMatchObject({ status: 'succeeded', attempts: 2, error: null });
  expect((await client.get(`/images/${id}/boot-test`)).body).toMatchObject({ outcome: 'passed', ended_by: 'login' });
  const unfinished = 'SELECT kind FROM image_artefacts WHERE made_at IS NULL';
  expect(await query(database.url, unfinished)).toEqual([]);
  await eventually(async () => expect(await readdir(join(dataDir, 'work'))).toEqual([]));
  await second.kill('SIGTERM');
}, 120_000);
