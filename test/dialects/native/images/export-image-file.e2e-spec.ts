import { createHash } from 'node:crypto';
import { Database } from '#platform/database';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, newNamespace, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { monitorOf } from '../../../support/conversions.js';
import { Disks, type Format } from '../../../support/disks.js';
import { finished } from '../../../support/downloads.js';
import { leavingNothingOnceSwept, workFolders } from '../../../support/leftovers.js';
import type { NativeClient } from '../../../support/native-client.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('GET /images/:image/file in another format', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let disks: Disks;
  beforeAll(async () => {
    api = await startTestApi({ works: true, env: { DERIVED_MAX_BYTES: '8MiB', DERIVED_MAX_AGE_DAYS: '7' } });
    alice = await newUser(api.admin, 'alice');
    bob = await newUser(api.admin, 'bob');
    disks = await Disks.create('export');
  });
  afterAll(async () => {
    await api.close();
    await disks.remove();
  });

  async function pushDisk(owner: TestUser, words = '', from = disks): Promise<number> {
    const { body } = await owner.push(`name=${unique('disk')}${words}`, await from.as('qcow2'));
    return (body as { id: number }).id;
  }

  /** Asks, waits for the operation as its owner, and asks again. */
  async function exported(client: NativeClient, id: number, format: string): Promise<Buffer> {
    const asked = await client.get(`/images/${id}/file?format=${format}`);
    if (asked.status === 202)
      expect(await finished(api.admin, { id: monitorOf(asked) })).toMatchObject({ error: null });
    return client.pull(`/images/${id}/file?format=${format}`);
  }

  const query = (text: string, ...values: unknown[]): Promise<object[]> =>
    api.app.get(Database, { strict: false }).query(text, values);

  it('answers 202 with the operation, then 200 with the file, its own digest and its own name', async () => {
    const id = await pushDisk(alice, '&tag=24.04');
    const asked = await alice.get(`/images/${id}/file?format=vmdk`);
    const operation = monitorOf(asked);
    expect({ status: asked.status, body: asked.body, again: asked.headers.get('retry-after') }).toEqual({
      status: 202,
      body: {
        image_id: id,
        format: 'vmdk',
        operation_id: operation,
        operation_url: `${api.url}/operations/${operation}`,
      },
      again: '2',
    });
    expect(await finished(alice, { id: operation })).toMatchObject({
      kind: 'export',
      status: 'succeeded',
      image_id: id,
      author: 'alice',
      percent: 100,
      lines: [
        `Converting ${disks.raw.length} bytes of disk to vmdk`,
        expect.stringMatching(/^The disk of vmdk has \d+ bytes with SHA-256 [0-9a-f]{64}$/),
      ],
    });
    const answer = await alice.send('GET', `/images/${id}/file?format=vmdk`);
    const bytes = Buffer.from(await answer.arrayBuffer());
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/octet-stream',
      'content-length': String(bytes.length),
      'content-disposition': expect.stringMatching(/^attachment; filename="disk\d+_24\.04\.vmdk"$/) as string,
      'accept-ranges': 'bytes',
      etag: `"${sha256(bytes)}"`,
      'repr-digest': `sha-256=:${Buffer.from(sha256(bytes), 'hex').toString('base64')}:`,
    });
    await disks.expectSame('vmdk', bytes);
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({ status: 'available' });
    expect(await workFolders(api)).toEqual([]);
  });

  it.each(['raw', 'vmdk', 'vdi', 'vhd', 'vhdx'] as const)(
    'keeps every byte of the disk: %s',
    async (format: Format) => {
      const id = await pushDisk(alice);
      await disks.expectSame(format, await exported(alice, id, format));
    },
  );

  it('sends parts, and nothing to whom has it', async () => {
    const id = await pushDisk(alice);
    const whole = await exported(alice, id, 'raw');
    expect(whole.equals(disks.raw)).toBe(true);
    const path = `/images/${id}/file?format=raw`;
    const part = await alice.send('GET', path, { headers: { Range: 'bytes=70000-70099' } });
    expect({ status: part.status, range: part.headers.get('content-range') }).toEqual({
      status: 206,
      range: `bytes 70000-70099/${whole.length}`,
    });
    expect(Buffer.from(await part.arrayBuffer())).toEqual(whole.subarray(70_000, 70_100));
    const known = await alice.get(path, { headers: { 'If-None-Match': `"${sha256(whole)}"` } });
    expect(known.status).toBe(304);
  });

  it('is the image itself for qcow2, and for no format', async () => {
    const { id, bytes } = await pushImage(alice, `name=${unique('plain')}`);
    for (const path of [`/images/${id}/file?format=qcow2`, `/images/${id}/file?format=`]) {
      expect((await alice.pull(path)).equals(bytes)).toBe(true);
    }
  });

  it('is made once, however many ask at once and whatever image they ask for', async () => {
    const other = await Disks.create('once');
    const [hers, his] = [await pushDisk(alice, '', other), await pushDisk(bob, '', other)];
    const asked = await Promise.all(Array.from({ length: 8 }, () => alice.get(`/images/${hers}/file?format=vdi`)));
    expect(new Set(asked.filter(({ status }) => status === 202).map(monitorOf)).size).toBe(1);
    await Promise.all([exported(alice, hers, 'vdi'), exported(bob, his, 'vdi')]);
    await other.expectSame('vdi', await bob.pull(`/images/${his}/file?format=vdi`));
    const made = await query(
      `SELECT d.format FROM derived_blobs d JOIN images i ON i.blob_id = d.blob_id WHERE i.id = $1`,
      hers,
    );
    expect(made).toEqual([{ format: 'vdi' }]);
    expect((await bob.get(`/operations/${monitorOf(asked[0] as never)}`)).status).toBe(404);
    await other.remove();
  });

  it('is for whoever may read the image, and nobody else', async () => {
    await newNamespace(alice, 'shared');
    await collaborate(alice, 'shared', bob, 'reader');
    const id = await pushDisk(alice, '&namespace=shared');
    const stranger = await newUser(api.admin);
    expect((await stranger.get(`/images/${id}/file?format=raw`)).status).toBe(404);
    expect((await exported(bob, id, 'raw')).equals(disks.raw)).toBe(true);
  });

  it('is made for nobody who does not say who they are, and sent to anybody once it is there', async () => {
    await newNamespace(alice, 'open', 'public');
    const other = await Disks.create('open');
    const id = await pushDisk(alice, '&namespace=open', other);
    const refused = await api.anonymous.get(`/images/${id}/file?format=raw`);
    expect({ status: refused.status, body: refused.body }).toEqual({
      status: 401,
      body: { message: 'There is no file of raw of this image yet; log in to have it made' },
    });
    expect(refused.headers.get('www-authenticate')).toBe('Bearer realm="Diskyard"');
    await exported(alice, id, 'raw');
    expect((await api.anonymous.pull(`/images/${id}/file?format=raw`)).equals(other.raw)).toBe(true);
    await other.remove();
  });

  it('refuses a format that it does not know', async () => {
    const { id } = await pushImage(alice, `name=${unique('plain')}`);
    const { status, body } = await alice.get(`/images/${id}/file?format=iso`);
    expect({ status, body }).toEqual({
      status: 400,
      body: { format: ['Format must be one of qcow2, raw, vmdk, vdi, vhd, vhdx'] },
    });
  });

  it('goes when nobody uses it, and when there is too much of it, and can be made again', async () => {
    const other = await Disks.create('evicted');
    const id = await pushDisk(alice, '', other);
    await exported(alice, id, 'raw');
    await exported(alice, id, 'vmdk');
    const formats = `SELECT d.format FROM derived_blobs d JOIN images i ON i.blob_id = d.blob_id WHERE i.id = $1 ORDER BY 1`;
    const age = (format: string, ago: string): Promise<object[]> =>
      query(
        `UPDATE derived_blobs d SET used_at = now() - $3::interval FROM images i
         WHERE i.blob_id = d.blob_id AND i.id = $1 AND d.format = $2`,
        ...[id, format, ago],
      );
    await age('vmdk', '8 days');
    await exported(alice, id, 'vhdx'); // whatever is made, the limits are looked at
    expect(await query(formats, id)).toEqual([{ format: 'raw' }, { format: 'vhdx' }]);
    await age('raw', '2 hours');
    await exported(alice, id, 'vdi');
    expect(await query(formats, id)).toEqual([{ format: 'vdi' }, { format: 'vhdx' }]);
    expect((await exported(alice, id, 'raw')).equals(other.raw)).toBe(true);
    await other.remove();
  });

  it('goes with the last image of its bytes', async () => {
    const other = await Disks.create('deleted');
    await leavingNothingOnceSwept(api, async () => {
      const id = await pushDisk(alice, '', other);
      await exported(alice, id, 'raw');
      expect((await alice.delete(`/images/${id}`)).status).toBe(204);
    });
    await other.remove();
  });
});
