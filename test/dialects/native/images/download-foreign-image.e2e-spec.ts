import { createHash } from 'node:crypto';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { Disks, PACK } from '../../../support/disks.js';
import { finished, reaching, startDownload } from '../../../support/downloads.js';
import { workFolders } from '../../../support/leftovers.js';
import { Origin } from '../../../support/origin.js';
import { file } from '../../../support/origin-behaviours.js';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

describe('POST /images with a download_url and a format or a compression', () => {
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;
  let disks: Disks;
  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({ works: true, env: reaching(origin.port) });
    alice = await newUser(api.admin, 'alice');
    disks = await Disks.create('download');
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
    await disks.remove();
  });

  it.each([
    ['vmdk', 'none'],
    ['raw', 'xz'],
    ['qcow2', 'zst'],
  ] as const)('brings the bytes and makes an image of them, in one operation: %s in %s', async (format, packing) => {
    const bytes = PACK[packing](await disks.as(format));
    origin.on('/disk', file(bytes));
    const words = { format, sha256: sha256(bytes), ...(packing !== 'none' && { compression: packing }) };
    const operation = await startDownload(alice, origin.url('/disk'), words);
    expect(await finished(alice, operation)).toMatchObject({
      status: 'succeeded',
      error: null,
      percent: 100,
      bytes: bytes.length,
      total_bytes: bytes.length,
      lines: expect.arrayContaining([
        `Downloading ${origin.url('/disk')}`,
        `It is said to be ${packing === 'none' ? format : `${format} in ${packing}`}`,
        `Received ${bytes.length} bytes with SHA-256 ${sha256(bytes)}`,
        expect.stringMatching(/^It is a QCOW2 image of \d+ bytes with SHA-256 [0-9a-f]{64} that may stay$/),
      ]) as unknown,
    });
    await disks.expectSame('qcow2', await alice.pull(`/images/${operation.image_id}/file`));
  });

  it.each([
    [
      'another digest',
      { format: 'raw', sha256: '0'.repeat(64) },
      /^File has SHA-256 [0-9a-f]{64}, but 0{64} was declared/,
    ],
    ['another format', { format: 'vdi' }, /^File refused: file: is declared as vdi, but has no mark of one/],
    ['another compression', { format: 'raw', compression: 'gz' }, /^File refused: gz: the data is not of this kind/],
  ])('fails for %s than was declared, and leaves no file', async (_, words, reason) => {
    origin.on('/disk', file(disks.raw));
    const operation = await startDownload(alice, origin.url('/disk'), words);
    expect(await finished(alice, operation)).toMatchObject({
      status: 'failed',
      attempts: 1,
      error: expect.stringMatching(reason) as string,
    });
    expect(await workFolders(api)).toEqual([]);
  });

  it.each([
    [{ format: 'iso' }, { format: ['Format must be one of qcow2, raw, vmdk, vdi, vhd, vhdx'] }],
    [{ compression: 'rar' }, { compression: ['Compression must be one of gz, xz, zst, bz2'] }],
    [{ format: 7 }, { format: ['Format must be a string'] }],
  ])('refuses %j with 400', async (words, body) => {
    const json = { name: 'x', download_url: 'https://images.example.com/x', ...words };
    const { status, body: found } = await alice.call('POST', '/images', { json });
    expect({ status, found }).toEqual({ status: 400, found: body });
  });
});
