import { createHash } from 'node:crypto';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newNamespace, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { monitorOf, startConversion } from '../../../support/conversions.js';
import { Disks, type Format, PACK } from '../../../support/disks.js';
import { finished } from '../../../support/downloads.js';
import { imageBody, namespaceBody, TIME } from '../../../support/image-body.js';
import { leavingNothing, leavingNothingOnceSwept, workFolders } from '../../../support/leftovers.js';
import { file, FORM_TYPE, formBody, words } from '../../../support/multipart.js';

/** A worker may be quicker than the answer. */
const PENDING = expect.stringMatching(/^(?:pending|processing)$/) as string;
const NO_BYTES = { size: null, virtual_size: null, sha256: null, format: null };
const MOMENT = expect.stringMatching(TIME) as string;
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('POST /images with a format or a compression', () => {
  let api: TestApi;
  let alice: TestUser;
  let disks: Disks;
  beforeAll(async () => {
    api = await startTestApi({ works: true, env: { MAX_IMAGE_BYTES: '24MiB', MAX_VIRTUAL_BYTES: '32MiB' } });
    alice = await newUser(api.admin, 'alice');
    disks = await Disks.create('push');
  });
  afterAll(async () => {
    await api.close();
    await disks.remove();
  });

  it('answers 202 and a pending image, whose operation makes it whole', async () => {
    await newNamespace(alice, 'team');
    const bytes = await disks.as('vmdk');
    const answer = await alice.push('name=ubuntu&tag=24.04&namespace=team&format=vmdk', bytes);
    const { id } = answer.body as { id: number };
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 202,
      body: imageBody(alice, {
        ...NO_BYTES,
        name: 'ubuntu',
        tag: '24.04',
        reference: 'alice/team/ubuntu:24.04',
        namespace: namespaceBody(alice, 'team'),
        namespace_id: expect.any(Number),
        status: PENDING,
      }),
    });
    expect(answer.headers.get('location')).toBe(`${api.url}/images/${id}`);
    const operation = monitorOf(answer);
    const ended = await finished(alice, { id: operation });
    const { body: image } = await alice.get(`/images/${id}`);
    const { size, sha256: digest } = image as { size: number; sha256: string };
    expect(ended).toEqual({
      id: operation,
      kind: 'convert',
      status: 'succeeded',
      image_id: id,
      image: 'alice/team/ubuntu:24.04',
      source: null,
      percent: 100,
      bytes: 0,
      total_bytes: null,
      attempts: 1,
      max_attempts: 5,
      error: null,
      author: 'alice',
      cancel_requested_at: null,
      created_at: MOMENT,
      started_at: MOMENT,
      finished_at: MOMENT,
      url: `${api.url}/operations/${operation}`,
      logs_url: `${api.url}/operations/${operation}/logs`,
      lines: [
        `Received ${bytes.length} bytes of vmdk with SHA-256 ${sha256(bytes)}`,
        `It is a disk of vmdk (monolithicSparse) of ${disks.raw.length} bytes; converting it to qcow2`,
        `It is a QCOW2 image of ${size} bytes with SHA-256 ${digest} that may stay`,
      ],
    });
    expect(image).toMatchObject({ status: 'available', status_reason: null, virtual_size: disks.raw.length });
    const pulled = await alice.pull(`/images/${id}/file`);
    expect({ size: pulled.length, digest: sha256(pulled) }).toEqual({ size, digest });
    await disks.expectSame('qcow2', pulled);
  });

  it.each([
    ['raw', 'none'],
    ['raw', 'gz'],
    ['vmdk', 'zst'],
    ['vdi', 'none'],
    ['vdi', 'xz'],
    ['vhd', 'none'],
    ['vhd', 'bz2'],
    ['vhdx', 'none'],
    ['vhdx', 'gz'],
    ['qcow2', 'gz'],
    ['qcow2', 'xz'],
  ] as const)('keeps every byte of a disk: %s in %s', async (format, packing) => {
    const packed = PACK[packing](await disks.as(format));
    const compression = packing === 'none' ? '' : `&compression=${packing}`;
    const operation = await startConversion(alice, `format=${format}${compression}`, packed);
    expect(await finished(alice, operation)).toMatchObject({ status: 'succeeded', error: null });
    await disks.expectSame('qcow2', await alice.pull(`/images/${operation.image_id}/file`));
  });

  it.each([
    ['vpc', 'gzip', 'vhd', 'gz'],
    ['VPC', 'ZSTD', 'vhd', 'zst'],
  ] as const)('knows %s and %s by their other names', async (format, compression, real, packing) => {
    const bytes = PACK[packing](await disks.as(real));
    const operation = await startConversion(alice, `format=${format}&compression=${compression}`, bytes);
    expect(await finished(alice, operation)).toMatchObject({ status: 'succeeded', error: null });
  });

  it('takes the words of a form, too', async () => {
    const said = words({ name: unique('form'), format: 'vdi', compression: 'gz' });
    const raw = formBody(...said, file(PACK.gz(await disks.as('vdi'))));
    const answer = expectStatus(
      await alice.call('POST', '/images', { raw, headers: { 'Content-Type': FORM_TYPE } }),
      202,
    );
    expect(await finished(alice, { id: monitorOf(answer) })).toMatchObject({ status: 'succeeded', error: null });
  });

  it('is an ordinary push for qcow2 as it is', async () => {
    const { bytes } = await pushImage(alice, `name=${unique('plain')}`);
    const answer = await alice.push(`name=${unique('plain')}&format=qcow2&compression=`, bytes);
    expect({ status: answer.status, link: answer.headers.get('link') }).toEqual({ status: 201, link: null });
  });

  it('frees what was sent once the image is made, and keeps nothing else', async () => {
    await finished(alice, await startConversion(alice, 'format=raw&compression=gz', PACK.gz(disks.raw)));
    await leavingNothingOnceSwept(api, async () => {
      const again = await startConversion(alice, 'format=raw&compression=gz', PACK.gz(disks.raw));
      await finished(alice, again);
      await alice.delete(`/images/${again.image_id}`);
    });
  });

  it.each([
    ['format=qcow3', { format: ['Format must be one of qcow2, raw, vmdk, vdi, vhd, vhdx'] }],
    ['compression=zip', { compression: ['Compression must be one of gz, xz, zst, bz2'] }],
    [
      'format=toString&compression=__proto__',
      {
        format: ['Format must be one of qcow2, raw, vmdk, vdi, vhd, vhdx'],
        compression: ['Compression must be one of gz, xz, zst, bz2'],
      },
    ],
  ])('refuses ?%s with 400', async (query, body) => {
    await leavingNothing(api, async () => {
      const { status, body: found } = await alice.push(`name=${unique('x')}&${query}`, disks.raw);
      expect({ status, found }).toEqual({ status: 400, found: body });
    });
  });

  it.each([
    ['a taken name', 'name=taken&format=raw', 400, { name: ['Name already exists'] }],
    ['a bad name', 'name=%2F&format=raw', 400, { name: [expect.stringMatching(/^Name does not match/)] }],
    [
      'a file that is too large',
      'name=large&format=raw',
      413,
      { message: 'File is too large: at most 25165824 bytes are taken here' },
    ],
    ['an empty file', 'name=empty&format=raw', 400, { file: ['File field required: the body is empty'] }],
  ])('refuses %s as an ordinary push does, and leaves nothing', async (what, query, status, body) => {
    if (what === 'a taken name') await pushImage(alice, 'name=taken');
    const size = { 'an empty file': 0, 'a file that is too large': 25 * 2 ** 20 }[what] ?? 512;
    await leavingNothing(api, async () => {
      const answer = await alice.push(query, Buffer.alloc(size));
      expect({ status: answer.status, body: answer.body }).toEqual({ status, body });
    });
  });

  it('refuses bytes with another digest than was declared, and leaves nothing', async () => {
    await leavingNothing(api, async () => {
      const answer = await alice.push(`name=${unique('x')}&format=raw`, disks.raw, {
        'X-Checksum-Sha256': '0'.repeat(64),
      });
      const file = [`File has SHA-256 ${sha256(disks.raw)}, but ${'0'.repeat(64)} was declared; send it again`];
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: { file } });
    });
  });

  const DECLARED: readonly [Format, Format][] = [
    ['raw', 'vmdk'],
    ['raw', 'qcow2'],
    ['vmdk', 'raw'],
    ['vdi', 'vhdx'],
    ['vhd', 'vdi'],
    ['vhdx', 'vhd'],
  ];
  it.each(DECLARED)(
    'fails where %s is declared and %s is found, and frees it with the image',
    async (declared, found) => {
      const bytes = await disks.as(found);
      await leavingNothingOnceSwept(api, async () => {
        const operation = await startConversion(alice, `format=${declared}`, bytes);
        const { status, error, attempts } = await finished(alice, operation);
        expect({ status, attempts, error }).toEqual({
          status: 'failed',
          attempts: 1,
          error: expect.stringMatching(new RegExp(`^File refused: file: is declared as ${declared}, but `)),
        });
        const { body } = await alice.get(`/images/${operation.image_id}`);
        expect(body).toMatchObject({ status: 'failed', status_reason: error, ...NO_BYTES });
        expect((await alice.delete(`/images/${operation.image_id}`)).status).toBe(204);
      });
    },
  );

  it.each([
    ['compression=gz', 'none', /^File refused: gz: the data is not of this kind; declare what it is$/],
    ['format=raw&compression=zst', 'gz', /^File refused: zst: the data is not of this kind/],
    ['compression=gz', 'gz', /^File not a valid QCOW2 file format; File refused: /],
  ] as const)('fails where ?%s is declared and it is %s of a raw disk', async (query, packing, reason) => {
    const operation = await startConversion(alice, query, PACK[packing](disks.raw));
    expect(await finished(alice, operation)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(reason) as string,
    });
  });

  it.each(['gz', 'zst', 'xz', 'bz2'] as const)(
    'stops a bomb of %s at the limits, and leaves nothing but what was sent',
    async (packing) => {
      const bomb = PACK[packing](Buffer.alloc(64 * 2 ** 20));
      const operation = await startConversion(alice, `format=raw&compression=${packing}`, bomb);
      expect(await finished(alice, operation)).toMatchObject({
        status: 'failed',
        error: 'Unpacked, this is more than the 25165824 bytes that are taken',
      });
      expect(await workFolders(api)).toEqual([]);
      await alice.delete(`/images/${operation.image_id}`);
    },
  );

  it('can be retried while what was sent is there', async () => {
    const operation = await startConversion(alice, 'format=vdi', disks.raw);
    expect(await finished(alice, operation)).toMatchObject({ status: 'failed' });
    expect((await alice.post(`/operations/${operation.id}/retry`, {})).status).toBe(202);
    expect(await finished(alice, operation)).toMatchObject({
      status: 'failed',
      error: 'File refused: file: is declared as vdi, but has no mark of one; declare what it is',
    });
  });
});
