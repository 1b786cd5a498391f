import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import type { TestApi } from '../../../support/api.js';
import { distinctImage, type TestUser, unique } from '../../../support/builders.js';
import { imageBody } from '../../../support/image-body.js';
import { MOMENT } from '../../../support/operation-body.js';
import type { Origin } from '../../../support/origin.js';
import { file, type FileOptions, inTurn } from '../../../support/origin-behaviours.js';
import { RefreshedApi } from '../../../support/refreshed-api.js';
import { checkNow, checksOf, newRefreshed, tagsOf, TODAY } from '../../../support/refreshes.js';

const [FIRST, SECOND, THIRD] = ['first', 'second', 'third'].map(distinctImage) as [Buffer, Buffer, Buffer];
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
const JANUARY = 'Thu, 01 Jan 2026 00:00:00 GMT';
const JUNE = 'Mon, 01 Jun 2026 00:00:00 GMT';

interface Shown {
  readonly download: {
    readonly refresh: {
      readonly next_check_at: string;
      readonly last_checked_at: string;
      readonly last_result: string;
    };
  };
}

describe('a download that is refreshed', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;
  let name: string;
  let path: string;

  let all: RefreshedApi;
  beforeAll(async () => {
    all = await RefreshedApi.start();
    ({ origin, api, alice } = all);
  });
  afterAll(() => all.close());
  beforeEach(() => {
    name = unique('deb');
    path = `/${name}.qcow2`;
  });

  /** An image of `FIRST`, and what is to be found where that came from. */
  async function refreshed(then: Buffer, before: FileOptions, after: FileOptions = before): Promise<number> {
    origin.on(path, file(FIRST, before));
    const id = await newRefreshed(alice, origin.url(path), { name, tag: '12' });
    origin.on(path, file(then, after));
    return id;
  }

  it('tells when its source is looked at, and what came of it', async () => {
    const id = await refreshed(FIRST, { conditional: true });
    const refresh = { every: '1d', next_check_at: MOMENT, last_checked_at: null, last_result: null };
    const download = {
      source: origin.url(path),
      error: null,
      created_at: MOMENT,
      started_at: MOMENT,
      finished_at: MOMENT,
      refresh,
    };
    const shown = { name, tag: '12', download };
    expect((await alice.get(`/images/${id}`)).body).toEqual(imageBody(alice, shown));
    await checkNow(api, alice, id);
    const looked = { ...refresh, last_checked_at: MOMENT, last_result: 'not modified' };
    const { body } = await alice.get(`/images/${id}`);
    expect(body).toEqual(imageBody(alice, { ...shown, download: { ...download, refresh: looked } }));
    const { next_check_at, last_checked_at } = (body as Shown).download.refresh;
    const hours = (Date.parse(next_check_at) - Date.parse(last_checked_at)) / 3_600_000;
    expect(hours).toBeGreaterThan(23);
    expect(hours).toBeLessThanOrEqual(24);
  });

  it('is checked by an operation, whose log tells what was found', async () => {
    const id = await refreshed(FIRST, { conditional: true });
    const check = await checkNow(api, alice, id);
    const url = `${api.url}/operations/${(await checksOf(alice, id))[0]?.id}`;
    expect(check).toEqual({
      id: expect.any(Number) as number,
      kind: 'refresh',
      status: 'succeeded',
      image_id: id,
      image: `alice/${name}:12`,
      source: origin.url(path),
      percent: 100,
      bytes: 0,
      total_bytes: null,
      attempts: 1,
      max_attempts: 2,
      error: null,
      author: 'alice',
      cancel_requested_at: null,
      created_at: MOMENT,
      started_at: MOMENT,
      finished_at: MOMENT,
      url,
      logs_url: `${url}/logs`,
      lines: [`Asking ${origin.url(path)}`, 'Not modified'],
    });
  });

  it.each([
    ['the server says so of its entity tag', { conditional: true }, 'Not modified'],
    ['the server says so of the date', { conditional: true, etag: null, lastModified: JANUARY }, 'Not modified'],
    ['it has the same entity tag', {}, 'Not modified: it has the same entity tag or date'],
    ['it has the same tag, though a weak one', { etag: 'W/"v1"' }, 'Not modified: it has the same entity tag or date'],
    ['it has the same date', { etag: null, lastModified: JANUARY }, 'Not modified: it has the same entity tag or date'],
  ])('finds nothing new where %s, and does not read it', async (_, options: FileOptions, line) => {
    const id = await refreshed(SECOND, { ...options, ...(options.etag === 'W/"v1"' && { etag: '"v1"' }) }, options);
    expect(await checkNow(api, alice, id)).toMatchObject({ lines: [`Asking ${origin.url(path)}`, line] });
    expect(origin.requests).toHaveLength(1);
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available' });
  });

  it('becomes another image, with a dated tag, each time it has changed', async () => {
    const id = await refreshed(SECOND, { conditional: true, etag: '"1"' }, { conditional: true, etag: '"2"' });
    expect(await checkNow(api, alice, id)).toMatchObject({
      status: 'succeeded',
      lines: [
        `Asking ${origin.url(path)}`,
        'Nothing says that it is the same; reading it',
        `Changed: it has ${SECOND.length} bytes with SHA-256 ${sha256(SECOND)}`,
        `Making alice/${name}:12-${TODAY}`,
      ],
    });
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available', [`12-${TODAY}`]: 'available' });
    origin.on(path, file(THIRD, { conditional: true, etag: '"3"' }));
    expect((await checkNow(api, alice, id)).lines.slice(3)).toEqual([
      `Making alice/${name}:12-${TODAY}`,
      'It is there already',
      `Making alice/${name}:12-${TODAY}-2`,
    ]);
    const tags = { '12': 'available', [`12-${TODAY}`]: 'available', [`12-${TODAY}-2`]: 'available' };
    expect(await tagsOf(alice, name)).toEqual(tags);
    expect(await checkNow(api, alice, id)).toMatchObject({ lines: [expect.anything(), 'Not modified'] });
    expect(await tagsOf(alice, name)).toEqual(tags);
    const files = ['12', `12-${TODAY}`, `12-${TODAY}-2`].map((tag) =>
      alice.pull(`/images/${encodeURIComponent(`alice/${name}:${tag}`)}/file`),
    );
    expect(await Promise.all(files)).toEqual([FIRST, SECOND, THIRD]);
  });

  it('makes an image like any other of what is new, without a schedule of its own', async () => {
    const id = await refreshed(SECOND, { etag: '"1"' }, { etag: '"2"' });
    await checkNow(api, alice, id);
    await tagsOf(alice, name);
    const { body } = await alice.get(`/images/${encodeURIComponent(`alice/${name}:12-${TODAY}`)}`);
    expect(body).toEqual(
      imageBody(alice, {
        name,
        tag: `12-${TODAY}`,
        size: SECOND.length,
        sha256: sha256(SECOND),
        download: {
          source: origin.url(path),
          error: null,
          created_at: MOMENT,
          started_at: MOMENT,
          finished_at: MOMENT,
          refresh: null,
        },
      }),
    );
    const shown = (await alice.get(`/images/${id}`)).body as Shown;
    expect(shown.download.refresh.last_result).toBe(`changed: made alice/${name}:12-${TODAY}`);
  });

  it.each([
    ['named no version', { etag: null }, { etag: null }],
    ['has another entity tag', { etag: '"1"' }, { etag: '"2"' }],
    ['has another date', { etag: null, lastModified: JANUARY }, { etag: null, lastModified: JUNE }],
  ])('is judged by its digest where its server %s', async (_, before: FileOptions, after: FileOptions) => {
    const id = await refreshed(FIRST, before, after);
    expect((await checkNow(api, alice, id)).lines.at(-1)).toBe(
      `Not modified: it has ${FIRST.length} bytes with SHA-256 ${sha256(FIRST)}`,
    );
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available' });
    origin.on(path, file(SECOND, { etag: null }));
    await checkNow(api, alice, id);
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available', [`12-${TODAY}`]: 'available' });
  });

  it('asks by the entity tag it got last', async () => {
    const id = await refreshed(FIRST, { etag: '"1"' }, { etag: '"2"', lastModified: JUNE, conditional: true });
    await checkNow(api, alice, id);
    expect((await checkNow(api, alice, id)).lines.at(-1)).toBe('Not modified');
    expect(origin.requests.at(-1)?.headers).toMatchObject({ 'if-none-match': '"2"', 'if-modified-since': JUNE });
  });

  it('compares what came, where that was unpacked', async () => {
    const [packed, other] = [gzipSync(FIRST), gzipSync(SECOND)];
    origin.on(path, file(packed, { etag: null }));
    const id = await newRefreshed(alice, origin.url(path), { name, compression: 'gz' });
    expect((await checkNow(api, alice, id)).lines.at(-1)).toBe(
      `Not modified: it has ${packed.length} bytes with SHA-256 ${sha256(packed)}`,
    );
    origin.on(path, file(other, { etag: null }));
    await checkNow(api, alice, id);
    expect(await tagsOf(alice, name)).toEqual({ latest: 'available', [`latest-${TODAY}`]: 'available' });
  });

  it('goes on from what the download brought, where its source changed once more before that', async () => {
    const id = await refreshed(FIRST, { etag: '"1"' });
    const last = file(THIRD, { etag: '"3"', conditional: true });
    origin.on(path, inTurn(file(SECOND, { etag: '"2"' }), last));
    await checkNow(api, alice, id);
    const tags = { '12': 'available', [`12-${TODAY}`]: 'available' };
    expect(await tagsOf(alice, name)).toEqual(tags);
    expect((await checkNow(api, alice, id)).lines.at(-1)).toBe('Not modified');
    expect(await tagsOf(alice, name)).toEqual(tags);
  });
});
