import { createHash } from 'node:crypto';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, newNamespace, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { finished, reaching, startDownload } from '../../../support/downloads.js';
import { Origin } from '../../../support/origin.js';
import { answer, file, redirect } from '../../../support/origin-behaviours.js';

const BYTES = distinctImage('downloaded');
const SHA256 = createHash('sha256').update(BYTES).digest('hex');
const MOMENT = expect.stringMatching(/^2\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/) as string;

describe('POST /images with a download_url, and nobody who works', () => {
  it('answers 201 and an image that is pending until somebody works on it', async () => {
    const idle = await startTestApi();
    const download_url = 'https://images.example.com/Disk.qcow2';
    const { status, body } = await idle.admin.call('POST', '/images', { json: { name: 'ubuntu', download_url } });
    expect({ status, body }).toMatchObject({
      status: 201,
      body: {
        status: 'pending',
        reference: 'admin/ubuntu:latest',
        size: null,
        sha256: null,
        download: { source: download_url, error: null, created_at: MOMENT, started_at: null, finished_at: null },
      },
    });
    await idle.close();
  });
});

describe('POST /images with a download_url', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;

  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({ works: true, env: reaching(origin.port) });
    alice = await newUser(api.admin, 'alice');
    origin.on('/disk.qcow2', file(BYTES));
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
  });

  it('makes an image whole by its operation', async () => {
    await newNamespace(alice, 'team');
    const url = origin.url('/disk.qcow2');
    const json = { name: 'ubuntu', tag: '24.04', namespace: 'team', download_url: url, sha256: SHA256.toUpperCase() };
    const created = await alice.call('POST', '/images', { json });
    expect(created.status).toBe(201);
    const { id } = created.body as { id: number };
    expect(created.headers.get('location')).toBe(`${api.url}/images/${id}`);
    const [operation] = (await alice.get(`/images/${id}/operations`)).body as { id: number }[];
    expect(await finished(alice, { id: operation?.id ?? 0 })).toEqual({
      id: operation?.id,
      kind: 'download',
      status: 'succeeded',
      image_id: id,
      image: 'alice/team/ubuntu:24.04',
      source: url,
      percent: 100,
      bytes: BYTES.length,
      total_bytes: BYTES.length,
      attempts: 1,
      max_attempts: 2,
      error: null,
      author: 'alice',
      cancel_requested_at: null,
      created_at: MOMENT,
      started_at: MOMENT,
      finished_at: MOMENT,
      url: `${api.url}/operations/${operation?.id}`,
      logs_url: `${api.url}/operations/${operation?.id}/logs`,
      lines: [
        `Downloading ${url}`,
        `It has ${BYTES.length} bytes`,
        `Received ${BYTES.length} bytes with SHA-256 ${SHA256}; it is a QCOW2 image that may stay`,
      ],
    });
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({
      status: 'available',
      size: BYTES.length,
      sha256: SHA256,
      download: { source: url, error: null, created_at: MOMENT, started_at: MOMENT, finished_at: MOMENT },
    });
    expect(await alice.pull(`/images/${id}/file`)).toEqual(BYTES);
  });

  it('shares bytes that are there already', async () => {
    const pushed = await pushImage(alice, `name=${unique('disk')}`, 'shared');
    origin.on('/shared', file(pushed.bytes));
    const operation = await startDownload(alice, origin.url('/shared'));
    expect(await finished(alice, operation)).toMatchObject({ status: 'succeeded' });
    const { body } = await alice.get(`/images/${operation.image_id}`);
    expect(body).toMatchObject({ sha256: pushed.sha256, status: 'available' });
  });

  it.each([
    ['a body that is no QCOW2', answer(200, {}, 'ten bytes.'), /File not a valid QCOW2 file format/],
    ['a status that brings no bytes', answer(404), /404/],
    ['bytes with another digest', file(BYTES), /File has SHA-256 [0-9a-f]{64}, but 0{64} was declared/],
  ])('ends with the reason, and frees what came, for %s', async (_, behaviour, reason) => {
    origin.on('/wrong', behaviour);
    const words = { sha256: reason.source.includes('declared') ? '0'.repeat(64) : undefined };
    const operation = await startDownload(alice, origin.url('/wrong'), words);
    const ended = await finished(alice, operation);
    expect(ended).toMatchObject({ status: 'failed', attempts: 1, error: expect.stringMatching(reason) as string });
    const { body } = await alice.get(`/images/${operation.image_id}`);
    expect(body).toMatchObject({
      status: 'failed',
      status_reason: ended.error,
      size: null,
      download: { error: ended.error, finished_at: MOMENT },
    });
    expect((await alice.get(`/images/${operation.image_id}/file`)).status).toBe(404);
  });

  it('gives the name of a failed one to whoever pushes or downloads next', async () => {
    origin.on('/gone', answer(410));
    const name = unique('again');
    const first = await startDownload(alice, origin.url('/gone'), { name });
    await finished(alice, first);
    const second = await startDownload(alice, origin.url('/gone'), { name });
    await finished(alice, second);
    expect((await alice.get(`/images/${first.image_id}`)).status).toBe(404);
    await pushImage(alice, `name=${name}`);
    expect((await alice.get(`/images/${second.image_id}`)).status).toBe(404);
    expect((await alice.get(`/operations/${second.id}`)).status).toBe(404);
  });

  it('keeps the name while it is pending', async () => {
    const name = unique('taken');
    origin.on('/slow', file(BYTES, { stallAfter: () => 100 }));
    const operation = await startDownload(alice, origin.url('/slow'), { name });
    expect((await alice.push(`name=${name}`, BYTES)).body).toEqual({ name: ['Name already exists'] });
    const json = { name, download_url: origin.url('/slow') };
    expect((await alice.call('POST', '/images', { json })).body).toEqual({ name: ['Name already exists'] });
    await alice.post(`/operations/${operation.id}/cancel`, {});
    expect(await finished(alice, operation)).toMatchObject({ status: 'cancelled', error: 'It was cancelled' });
  });

  it.each([
    [{}, { download_url: ['Download_url field required'] }],
    [{ download_url: '' }, { download_url: ['Download_url field required'] }],
    [{ download_url: 7 }, { download_url: ['Download_url must be a string'] }],
    [{ download_url: 'x', shasum: '' }, { shasum: ['Property shasum should not exist'] }],
  ])('refuses %j with 400', async (words, body) => {
    const { status, body: found } = await alice.call('POST', '/images', { json: { name: 'x', ...words } });
    expect({ status, found }).toEqual({ status: 400, found: body });
  });

  it.each([
    ['sftp://bob:pw@example.com/x', /^The URL sftp:\/\/bob:xxxxx@example.com\/x cannot be downloaded from: /],
    ['ftp://example.com/x', /^The URL ftp:\/\/example.com\/x cannot be downloaded from: /],
    ['file:///etc/passwd', /^The URL file:\/\/\/etc\/passwd cannot be downloaded from: /],
    ['disk.qcow2', /^The URL disk.qcow2 cannot be downloaded from: it is no URL$/],
    ['http://', /^The URL http:\/\/ cannot be downloaded from: it is no URL$/],
    ['http://192.0.2.1/x.qcow2', /^Downloads may not reach 192.0.2.1: /],
    ['http://[::1]/x.qcow2', /^Downloads may not reach ::1: /],
  ])('refuses to download from %s with 400', async (url, reason) => {
    const json = { name: 'x', download_url: url };
    const { status, body } = await alice.call('POST', '/images', { json });
    expect({ status, body }).toEqual({ status: 400, body: { download_url: [expect.stringMatching(reason)] } });
  });

  it('never shows a password, whatever happens', async () => {
    origin.on('/secret', answer(403));
    const url = origin.url('/secret').replace('//', '//bob:pa%20ss@');
    const operation = await startDownload(alice, url);
    await finished(alice, operation);
    const answers = [
      await alice.get(`/images/${operation.image_id}`),
      await alice.get(`/operations/${operation.id}`),
      await alice.get(`/operations/${operation.id}/logs`),
      await api.admin.get('/audit'),
    ];
    const all = JSON.stringify(answers.map(({ body }) => body));
    expect(all).toContain('bob:xxxxx@');
    expect(all).not.toMatch(/pa%20ss|pa ss/);
    expect(origin.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from('bob:pa ss').toString('base64')}`);
  });

  const SIGNED = '?X-Amz-Credential=AKIAEXAMPLE%2Fs3&X-Amz-Expires=60&X-Amz-Signature=5ec4e7%2F5ec4e7';
  const SHOWN = '?X-Amz-Credential=xxxxx&X-Amz-Expires=60&X-Amz-Signature=xxxxx';

  it('never shows what signs a URL, nor where that redirects to, and downloads with it', async () => {
    origin.on('/signed', redirect(`/elsewhere${SIGNED}`)).on('/elsewhere', file(BYTES));
    const operation = await startDownload(alice, origin.url(`/signed${SIGNED}`));
    const source = origin.url(`/signed${SHOWN}`);
    const ended = await finished(alice, operation);
    expect(ended).toMatchObject({ status: 'succeeded', source });
    expect(ended.lines.slice(0, 2)).toEqual([`Downloading ${source}`, `It is at ${origin.url(`/elsewhere${SHOWN}`)}`]);
    expect(origin.requests.map(({ url }) => url)).toEqual([`/signed${SIGNED}`, `/elsewhere${SIGNED}`]);
  });

  it('never shows what signs a URL where the download fails', async () => {
    const nowhere = (query: string): string => `http://host:99999/5ec4e7/${query}`;
    origin.on('/failing', redirect(nowhere(SIGNED.replace('5ec4e7%2F5ec4e7', 'another'))));
    const operation = await startDownload(alice, origin.url(`/failing${SIGNED}`));
    const source = origin.url(`/failing${SHOWN}`);
    const error = `The URL ${nowhere(SHOWN)} cannot be downloaded from: it is no URL`;
    const ended = await finished(alice, operation);
    expect(ended).toMatchObject({ status: 'failed', source, error, lines: [`Downloading ${source}`, error] });
    expect(origin.requests.map(({ url }) => url)).toEqual([`/failing${SIGNED}`]);
    const { body: image } = await alice.get(`/images/${operation.image_id}`);
    expect(image).toMatchObject({ status_reason: error, download: { source, error } });
    const all = JSON.stringify([ended, image, (await api.admin.get('/audit')).body]);
    expect(all).toContain(source);
    expect(all).not.toMatch(/AKIAEXAMPLE|5ec4e7(%2F|\/)5ec4e7|another/);
  });

  it('never shows what signs a URL that it refuses', async () => {
    const json = { name: 'x', download_url: `ftp://example.com/x${SIGNED}` };
    expect(await alice.call('POST', '/images', { json })).toMatchObject({
      status: 400,
      body: {
        download_url: [
          `The URL ftp://example.com/x${SHOWN} cannot be downloaded from: only http and https are possible`,
        ],
      },
    });
  });
});
