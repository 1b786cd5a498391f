import { MemoryBlobStore } from '#platform/storage';
import { startTestApi, type TestApi } from '../../support/api.js';
import { expectStatus, newUser, type TestUser, unique } from '../../support/builders.js';
import { newEndedDownload, startDownload } from '../../support/downloads.js';
import { query } from '../../support/embedded-postgres/observe.js';
import { largeImage } from '../../support/large-image.js';
import { filesOf } from '../../support/leftovers.js';
import { NOWHERE } from '../../support/operation-body.js';
import { archive, chunksOf, print } from '../../support/operation-log.js';

const IN_STORE = { rows: 0, stored: 1, files: 1, archived: true };

describe('the log of an operation that ended', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  async function logOf(id: number, parameters = ''): Promise<unknown> {
    return expectStatus(await alice.get(`/operations/${id}/logs?${parameters}`), 200).body;
  }

  it('moves into the store, and reads as before from any line on', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    for (const line of ['zero', 'one', 'two – ü', 'three']) await print(api, id, line, `after ${line}`);
    await alice.post(`/operations/${id}/cancel`);
    const read = (): Promise<unknown[]> =>
      Promise.all(
        [0, 1, 2, 5, 7, 8].flatMap((line) => [logOf(id, `offset=${line}`), logOf(id, `offset=${line}&format=sse`)]),
      );
    const before = await read();
    expect(await chunksOf(api, id)).toEqual({ rows: 4, stored: 0, files: 0, archived: false });
    await archive(api, id);
    expect(await chunksOf(api, id)).toEqual(IN_STORE);
    expect(await read()).toEqual(before);
    expect(String(await logOf(id, 'format=text&offset=6'))).toBe('three\nafter three\n');
  });

  it('moves once, however often it is asked for', async () => {
    const { id } = await newEndedDownload(alice);
    await print(api, id, 'line');
    await Promise.all([archive(api, id), archive(api, id)]);
    await archive(api, id);
    expect(await chunksOf(api, id)).toEqual(IN_STORE);
    const files = await filesOf(api);
    await archive(api, id);
    expect(await filesOf(api)).toEqual(files);
  });

  it('needs no file where there is nothing in it', async () => {
    const { id } = await newEndedDownload(alice);
    const files = await filesOf(api);
    await archive(api, id);
    expect(await chunksOf(api, id)).toEqual({ rows: 0, stored: 0, files: 0, archived: true });
    expect(await filesOf(api)).toEqual(files);
    expect(await logOf(id)).toBeUndefined();
  });

  it('does not move while the work goes on', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    await print(api, id, 'line');
    await archive(api, id);
    expect(await chunksOf(api, id)).toMatchObject({ rows: 1, stored: 0, archived: false });
  });

  it('goes on after a retry, each attempt’s lines in a file of their own', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    for (const attempt of ['first', 'second', 'third']) {
      await print(api, id, attempt, `end of ${attempt}`);
      await alice.post(`/operations/${id}/cancel`);
      await archive(api, id);
      await alice.post(`/operations/${id}/retry`);
    }
    expect(await chunksOf(api, id)).toEqual({ rows: 0, stored: 3, files: 3, archived: false });
    expect(await logOf(id, 'format=text&follow=false')).toBe(
      'first\nend of first\nsecond\nend of second\nthird\nend of third\n',
    );
    expect(await logOf(id, 'format=text&follow=false&offset=3')).toBe('end of second\nthird\nend of third\n');
  });

  it('comes in parts that need not be read whole', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    for (let chunk = 0; chunk < 6; chunk++)
      await print(api, id, ...Array.from({ length: 4 }, () => 'x'.repeat(60_000)));
    await alice.post(`/operations/${id}/cancel`);
    await archive(api, id);
    expect(await chunksOf(api, id)).toMatchObject({ rows: 0, stored: 3, files: 1 });
    expect(String(await logOf(id, 'offset=23')).length).toBeLessThan(61_000);
  });

  it('frees its files when the image is deleted', async () => {
    const files = await filesOf(api);
    const { id, image_id } = await newEndedDownload(alice);
    await print(api, id, 'line');
    await archive(api, id);
    const [key] = (await filesOf(api)).filter((name) => !files.includes(name));
    expect((await alice.delete(`/images/${image_id}`)).status).toBe(204);
    expect(await query(api.databaseUrl, 'SELECT storage_key FROM discarded_blobs')).toEqual([{ storage_key: key }]);
  });
});

describe('the log of an operation that ended, while the store is full', () => {
  it('stays where it is, and moves as soon as there is room', async () => {
    const image = largeImage(1, 'filling');
    const store = new MemoryBlobStore({ capacityBytes: image.length + 10 });
    const api = await startTestApi({ store });
    const name = unique('filling');
    expectStatus(await api.admin.push(`name=${name}`, image), 201);
    const { id } = await newEndedDownload(api.admin);
    await print(api, id, 'a line that needs room');
    const log = await api.admin.get(`/operations/${id}/logs`);
    await archive(api, id);
    expect(await chunksOf(api, id)).toEqual({ rows: 1, stored: 0, files: 0, archived: false });
    expect(store.listNames()).toHaveLength(1);

    expectStatus(await api.admin.delete(`/images/${name}`), 204);
    await archive(api, id);
    expect(await chunksOf(api, id)).toEqual(IN_STORE);
    expect((await api.admin.get(`/operations/${id}/logs`)).body).toEqual(log.body);
    expect(store.listNames()).toHaveLength(1);
    await api.close();
  });
});
