import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, newUser, type TestUser, unique } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { finished, reaching, startDownload } from '../../../support/downloads.js';
import { Origin } from '../../../support/origin.js';
import { answer, endless, file, redirect } from '../../../support/origin-behaviours.js';
import { takeInventory } from '../../../support/leftovers.js';
import { setQuota, usageOf } from '../../../support/quotas.js';

const BYTES = distinctImage('faults');

describe('POST /images with a download_url, from a server with faults', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;

  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({
      works: true,
      env: { ...reaching(origin.port), IDLE_TIMEOUT_SECONDS: '1', MAX_IMAGE_BYTES: '1MiB' },
    });
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
  });

  it('goes on by Range where the connection broke off', async () => {
    origin.on('/cut', file(BYTES, { cutAfter: (nth) => (nth < 3 ? 5_000 : undefined) }));
    const ended = await finished(alice, await startDownload(alice, origin.url('/cut')));
    expect(ended).toMatchObject({ status: 'succeeded', attempts: 1, bytes: BYTES.length });
    expect(origin.requests).toHaveLength(3);
    expect(origin.requests[2]?.headers).toMatchObject({
      range: expect.stringMatching(/^bytes=(5|10)000-$/) as string,
      'if-range': '"v1"',
    });
    expect(ended.lines.filter((line) => line.includes('going on at byte'))).toHaveLength(2);
  });

  it('goes on after a silence', async () => {
    origin.on('/stall', file(BYTES, { stallAfter: (nth) => (nth === 1 ? 5_000 : undefined) }));
    const ended = await finished(alice, await startDownload(alice, origin.url('/stall')));
    expect(ended).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('begins anew, once, where the content changed between two ranges', async () => {
    const other = distinctImage('changed meanwhile');
    origin.on('/changing', (request, response, nth) =>
      nth === 1
        ? file(BYTES, { cutAfter: () => 5_000 })(request, response, nth)
        : file(other, { etag: '"v2"' })(request, response, nth),
    );
    const operation = await startDownload(alice, origin.url('/changing'));
    const ended = await finished(alice, operation);
    expect(ended).toMatchObject({ status: 'succeeded', attempts: 2, bytes: other.length });
    expect(await alice.pull(`/images/${operation.image_id}/file`)).toEqual(other);
  });

  it('gives up, with the reason, on one that never answers well', async () => {
    origin.on('/busy', answer(503));
    const ended = await finished(alice, await startDownload(alice, origin.url('/busy')));
    expect(ended).toMatchObject({ status: 'failed', attempts: 2, error: expect.stringContaining('503') as string });
  });

  it('stops at the largest size, whatever was announced', async () => {
    origin.on('/endless', endless());
    const ended = await finished(alice, await startDownload(alice, origin.url('/endless')));
    expect(ended).toMatchObject({ status: 'failed', attempts: 1 });
    expect(ended.error).toMatch(/QCOW2|1048576/);
    origin.on('/huge', file(BYTES, { announcedBytes: 2 ** 40 }));
    const refused = await finished(alice, await startDownload(alice, origin.url('/huge')));
    expect(refused).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: expect.stringContaining('1048576') as string,
    });
  });

  it('does not run in circles, nor to where downloads may not go', async () => {
    origin.on('/circle', redirect('/circle'));
    const circling = await finished(alice, await startDownload(alice, origin.url('/circle')));
    expect(circling).toMatchObject({ status: 'failed', error: 'There are more than 5 redirects' });
    origin.on('/inside', redirect('http://169.254.169.254/latest/meta-data'));
    const led = await finished(alice, await startDownload(alice, origin.url('/inside')));
    expect(led).toMatchObject({ status: 'failed', error: expect.stringContaining('169.254.169.254') as string });
  });

  it('is bounded by quotas, and tells the numbers', async () => {
    const poor = await newUser(api.admin);
    await setQuota(api.admin, `accounts/${poor.username}`, { limit_bytes: BYTES.length - 1, limit_images: 1 });
    origin.on('/disk', file(BYTES));
    const operation = await startDownload(poor, origin.url('/disk'));
    const message = expect.stringMatching(new RegExp(`^Over the quota of user ${poor.username}: limit \\d+ bytes`));
    expect(await finished(poor, operation)).toMatchObject({ status: 'failed', attempts: 1, error: message });
    const json = { name: unique('second'), download_url: origin.url('/disk') };
    expect(await poor.call('POST', '/images', { json })).toMatchObject({ status: 413 });
    await setQuota(api.admin, `accounts/${poor.username}`, { limit_bytes: BYTES.length, limit_images: 1 });
    expect((await poor.post(`/operations/${operation.id}/retry`, {})).status).toBe(202);
    expect(await finished(poor, operation)).toMatchObject({ status: 'succeeded', attempts: 1 });
  });

  it('leaves nothing reserved or staged behind', async () => {
    // What a copy of known bytes took is freed, and the last log moved, just after the end.
    await eventually(async () => {
      expect((await takeInventory(api)).rows).toMatchObject({ uploads: 0, discarded_blobs: 0 });
      expect(await readdir(join(api.storeDir, 'staging'))).toEqual([]);
    });
    expect(await usageOf(api.admin, 'alice')).toMatchObject({ reserved_bytes: 0, reserved_images: 0 });
  });
});
