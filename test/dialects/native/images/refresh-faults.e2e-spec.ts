import type { TestApi } from '../../../support/api.js';
import { distinctImage, type TestUser, unique } from '../../../support/builders.js';
import { finished } from '../../../support/downloads.js';
import { MOMENT } from '../../../support/operation-body.js';
import type { Origin } from '../../../support/origin.js';
import { answer, file, inTurn, redirect } from '../../../support/origin-behaviours.js';
import { RefreshedApi } from '../../../support/refreshed-api.js';
import { checkNow, checksOf, newRefreshed, tagsOf, TODAY } from '../../../support/refreshes.js';

const [FIRST, SECOND] = ['first', 'second'].map(distinctImage) as [Buffer, Buffer];

describe('a download that is refreshed, and whose source fails', () => {
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

  /** An image of `FIRST`. */
  function refreshed(): Promise<number> {
    origin.on(path, file(FIRST, { conditional: true }));
    return newRefreshed(alice, origin.url(path), { name, tag: '12' });
  }

  it('goes on after its source was gone, and tells so meanwhile', async () => {
    const id = await refreshed();
    origin.on(path, answer(404));
    const reason = `127.0.0.1:${origin.port} answers 404 Not Found`;
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'failed', error: reason, attempts: 1 });
    const { body } = await alice.get(`/images/${id}`);
    expect(body).toMatchObject({
      status: 'available',
      download: { error: null, refresh: { last_result: reason, last_checked_at: MOMENT, next_check_at: MOMENT } },
    });
    origin.on(path, file(SECOND, { etag: '"2"' }));
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'succeeded' });
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available', [`12-${TODAY}`]: 'available' });
  });

  it('tries again what another attempt may get over', async () => {
    const id = await refreshed();
    const broken = file(SECOND, { etag: null, cutAfter: () => 100 });
    origin.on(path, inTurn(broken, file(SECOND, { etag: '"2"' })));
    expect(await checkNow(api, alice, id)).toMatchObject({ status: 'succeeded', attempts: 2 });
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available', [`12-${TODAY}`]: 'available' });
  });

  it('reaches no more than a download does', async () => {
    const id = await refreshed();
    origin.on(path, redirect('http://169.254.169.254/latest/meta-data'));
    expect(await checkNow(api, alice, id)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(/^Downloads may not reach 169.254.169.254: /) as string,
    });
  });

  it('makes one image of what cannot be one, which tells why', async () => {
    const id = await refreshed();
    origin.on(path, file(Buffer.from('no disk at all'), { etag: '"2"' }));
    await checkNow(api, alice, id);
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available', [`12-${TODAY}`]: 'failed' });
    await checkNow(api, alice, id);
    expect(await tagsOf(alice, name)).toEqual({ '12': 'available', [`12-${TODAY}`]: 'failed' });
  });

  it('never shows the password of its source', async () => {
    origin.on(path, file(FIRST));
    const url = origin.url(path).replace('//', '//bob:pa%20ss@');
    const id = await newRefreshed(alice, url, { name });
    origin.on(path, answer(403));
    const check = await checkNow(api, alice, id);
    const all = JSON.stringify([check, (await alice.get(`/images/${id}`)).body, (await api.admin.get('/audit')).body]);
    expect(all).toContain('bob:xxxxx@');
    expect(all).not.toMatch(/pa%20ss|pa ss/);
    expect(origin.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('bob:pa ss').toString('base64')}`);
  });

  it('never shows what signs the URL of its source, and asks with it', async () => {
    origin.on(path, file(FIRST));
    const query = (signature: string): string => `?sp=r&sig=${signature}&sv=2024-11-04`;
    const id = await newRefreshed(alice, origin.url(path + query('5ec4e7%2B5ec4e7%3D')), { name });
    origin.on(path, redirect('ftp://example.com/?token=5ec4e7%2B5ec4e7%3D'));
    const check = await checkNow(api, alice, id);
    const source = origin.url(path + query('xxxxx'));
    const error = 'The URL ftp://example.com/?token=xxxxx cannot be downloaded from: only http and https are possible';
    expect(check).toMatchObject({ status: 'failed', source, error, lines: [`Asking ${source}`, error] });
    const { body } = await alice.get(`/images/${id}`);
    expect(body).toMatchObject({ download: { source, refresh: { last_result: error } } });
    const all = JSON.stringify([check, body, (await api.admin.get('/audit')).body]);
    expect(all).not.toContain('5ec4e7');
    expect(origin.requests.map(({ url }) => url)).toEqual([path + query('5ec4e7%2B5ec4e7%3D')]);
  });

  it('can be checked again by whoever retries a failed check', async () => {
    const id = await refreshed();
    origin.on(path, answer(404));
    await checkNow(api, alice, id);
    origin.on(path, file(FIRST, { conditional: true }));
    const [check] = await checksOf(alice, id);
    expect((await alice.post(`/operations/${check?.id}/retry`, {})).status).toBe(202);
    expect(await finished(alice, check ?? { id: 0 })).toMatchObject({ status: 'succeeded' });
  });
});
