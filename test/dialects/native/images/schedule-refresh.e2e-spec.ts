import { Database } from '#platform/database';
import type { TestApi } from '../../../support/api.js';
import { story } from '../../../support/audit-trail.js';
import {
  collaborate,
  distinctImage,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
  unique,
} from '../../../support/builders.js';
import { finished, startDownload } from '../../../support/downloads.js';
import { MOMENT } from '../../../support/operation-body.js';
import type { Origin } from '../../../support/origin.js';
import { file } from '../../../support/origin-behaviours.js';
import { RefreshedApi } from '../../../support/refreshed-api.js';
import { beginCheck, checkNow, checksOf, newRefreshed } from '../../../support/refreshes.js';

const BAD = ['Refresh must be minutes, hours or days such as 30m, 6h or 7d, from 15m to 365d'];

interface Shown {
  readonly download: { readonly refresh: object | null };
}

describe('the schedule of a download', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;

  let all: RefreshedApi;
  beforeAll(async () => {
    all = await RefreshedApi.start();
    ({ origin, api, alice } = all);
    bob = await newUser(api.admin, 'bob');
    await newNamespace(alice, 'team');
  });
  afterAll(() => all.close());
  beforeEach(() => void origin.on('/disk', file(distinctImage('disk'), { conditional: true })));

  const query = (text: string, ...values: unknown[]): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(text, values);
  const scheduleOf = async (id: number): Promise<object | null> =>
    ((await alice.get(`/images/${id}`)).body as Shown).download.refresh;

  it.each([
    ['soon', { refresh: BAD }],
    ['14m', { refresh: BAD }],
    ['366d', { refresh: BAD }],
    ['1h30m', { refresh: BAD }],
    [24, { refresh: ['Refresh must be a string'] }],
    [{ every: '24h' }, { refresh: ['Refresh must be a string'] }],
  ])('is not begun with %j: 400, and no image', async (refresh, body) => {
    const name = unique('none');
    const json = { name, download_url: origin.url('/disk'), refresh };
    const { status, body: found } = await alice.call('POST', '/images', { json });
    expect({ status, found }).toEqual({ status: 400, found: body });
    expect((await alice.get(`/images?name=${name}`)).body).toEqual([]);
  });

  it.each([
    ['soon', { refresh: BAD }],
    ['', { refresh: BAD }],
    [24, { refresh: ['Refresh must be a string'] }],
  ])('is not changed to %j: 400, and nothing else is changed', async (refresh, body) => {
    const id = await newRefreshed(alice, origin.url('/disk'));
    const before = (await alice.get(`/images/${id}`)).body;
    const { status, body: found } = await alice.patch(`/images/${id}`, { description: 'new', refresh });
    expect({ status, found }).toEqual({ status: 400, found: body });
    expect((await alice.get(`/images/${id}`)).body).toEqual(before);
  });

  it('is for downloads: 400 for an image that was pushed', async () => {
    const { id } = await pushImage(alice, `name=${unique('pushed')}`);
    const before = (await alice.get(`/images/${id}`)).body;
    const { status, body } = await alice.patch(`/images/${id}`, { description: 'new', refresh: '24h' });
    const refusal = { refresh: ['Refresh is for images that were downloaded; this one was pushed'] };
    expect({ status, body }).toEqual({ status: 400, body: refusal });
    expect((await alice.get(`/images/${id}`)).body).toEqual(before);
  });

  it('is begun, changed and ended by whoever may change the image', async () => {
    const operation = await startDownload(alice, origin.url('/disk'), { namespace: 'team' });
    await finished(alice, operation);
    const path = `/images/${operation.image_id}`;
    expect(await scheduleOf(operation.image_id)).toBeNull();
    const [reader, writer] = [await newUser(api.admin), await newUser(api.admin)];
    await collaborate(alice, 'team', reader, 'reader');
    await collaborate(alice, 'team', writer, 'writer');
    expect(await reader.patch(path, { refresh: '6h' })).toMatchObject({
      status: 403,
      body: { message: 'You can see this image but not change it' },
    });
    expect((await bob.patch(path, { refresh: '6h' })).status).toBe(404);
    expect((await writer.patch(path, { refresh: '90m' })).status).toBe(200);
    const shown = { next_check_at: MOMENT, last_checked_at: null, last_result: null };
    expect(await scheduleOf(operation.image_id)).toEqual({ every: '90m', ...shown });
    expect(((await alice.patch(path, { refresh: '24h' })).body as Shown).download.refresh).toEqual({
      every: '1d',
      ...shown,
    });
    expect(((await alice.patch(path, { refresh: null })).body as Shown).download.refresh).toBeNull();
    const target = expect.stringMatching(/^alice\/team\/download\d+:latest$/) as string;
    const updated = { action: 'image.update', target };
    expect((await story(api.admin, 'action=image.update&limit=100')).slice(-3)).toEqual([
      { ...updated, before: { refresh: null }, after: { refresh: '90m' } },
      { ...updated, before: { refresh: '90m' }, after: { refresh: '24h' } },
      { ...updated, before: { refresh: '1d' }, after: { refresh: null } },
    ]);
  });

  it('looks, once begun, for what has changed since the download', async () => {
    const operation = await startDownload(alice, origin.url('/disk'));
    await finished(alice, operation);
    await alice.patch(`/images/${operation.image_id}`, { refresh: '1h' });
    expect(await checkNow(api, alice, operation.image_id)).toMatchObject({ status: 'succeeded' });
    expect(origin.requests.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"']);
  });

  it('begins no check once it has ended', async () => {
    const id = await newRefreshed(alice, origin.url('/disk'));
    await alice.patch(`/images/${id}`, { refresh: null });
    await beginCheck(api, id);
    expect(await checksOf(alice, id)).toEqual([]);
  });

  it('ends with its image', async () => {
    const id = await newRefreshed(alice, origin.url('/disk'));
    await checkNow(api, alice, id);
    expect((await alice.delete(`/images/${id}`)).status).toBe(204);
    await beginCheck(api, id);
    expect(await query('SELECT FROM download_sources WHERE image_id = $1', id)).toEqual([]);
    expect(await query('SELECT FROM operations WHERE image_id = $1', id)).toEqual([]);
  });

  it('begins no check of an image that has not come yet', async () => {
    const failed = await startDownload(alice, origin.url('/nothing'), { refresh: '24h' });
    expect(await finished(alice, failed)).toMatchObject({ status: 'failed' });
    await beginCheck(api, failed.image_id);
    expect(await checksOf(alice, failed.image_id)).toEqual([]);
    origin.on('/nothing', file(distinctImage('late')));
    await alice.post(`/operations/${failed.id}/retry`, {});
    expect(await finished(alice, failed)).toMatchObject({ status: 'succeeded' });
    expect(await checkNow(api, alice, failed.image_id)).toMatchObject({ status: 'succeeded' });
  });

  it('begins no second check while one is under way', async () => {
    const id = await newRefreshed(alice, origin.url('/disk'));
    const gate = Promise.withResolvers<undefined>();
    const known = file(distinctImage('disk'), { conditional: true });
    origin.on('/disk', (...asked) => void gate.promise.then(() => known(...asked)));
    await beginCheck(api, id);
    await beginCheck(api, id);
    const checks = await checksOf(alice, id);
    gate.resolve(undefined);
    expect(checks).toHaveLength(1);
    expect(await finished(alice, checks[0] ?? { id: 0 })).toMatchObject({ status: 'succeeded' });
    expect(origin.requests).toHaveLength(1);
  });

  it('keeps the last ten checks, and no more', async () => {
    const id = await newRefreshed(alice, origin.url('/disk'));
    await query(
      `INSERT INTO operations (kind, image_id, author_id, input, max_attempts, status, finished_at, log_archived)
       SELECT 'refresh', image_id, author_id, '{}', 1, CASE WHEN i % 2 = 0 THEN 'failed' ELSE 'succeeded' END, now(), true
       FROM download_sources, generate_series(1, 15) AS i WHERE image_id = $1`,
      id,
    );
    const before = await checksOf(alice, id);
    await checkNow(api, alice, id);
    const [newest, ...kept] = await checksOf(alice, id);
    expect(kept).toEqual(before.slice(0, 9));
    expect(newest?.id).toBeGreaterThan(before[0]?.id ?? 0);
  });
});
