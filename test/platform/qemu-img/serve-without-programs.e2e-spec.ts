import { rm } from 'node:fs/promises';
import { ApiProcess, makeDataDir } from '../../support/api-process.js';
import { distinctImage, expectStatus } from '../../support/builders.js';
import { postBuild } from '../../support/builds.js';
import { createTestDatabase, type TestDatabase } from '../../support/database.js';
import type { NativeClient } from '../../support/native-client.js';

const TOKEN = 'the-token-of-a-poor-machine-01234567';

/** A machine where there is nothing that can be run in the place of these programs. */
function without(...programs: readonly string[]): string[] {
  const hidden = programs.flatMap((name) => ['--ro-bind', '/dev/null', `/usr/bin/${name}`]);
  return ['bwrap', '--die-with-parent', '--dev-bind', '/', '/', '--unshare-user', '--uid', '65533', ...hidden, '--'];
}

const NO_QEMU = 'Disks cannot be converted here: install the package qemu-utils (Debian, Ubuntu) or qemu-img (Fedora)';

describe('a server on a machine without the programs', () => {
  let dataDir: string;
  let database: TestDatabase;
  beforeEach(async () => {
    dataDir = await makeDataDir();
    database = await createTestDatabase();
  });
  afterEach(async () => {
    await ApiProcess.killAll();
    await database.drop();
    await rm(dataDir, { recursive: true, force: true, maxRetries: 10 });
  });

  const start = (...programs: readonly string[]): Promise<NativeClient> =>
    ApiProcess.start(dataDir, { ADMIN_TOKEN: TOKEN, DATABASE_URL: database.url }, [], without(...programs)).client(
      TOKEN,
    );

  it('names the package of what is missing before the first byte, and does everything else', async () => {
    const client = await start('qemu-img', 'qemu-system-x86_64', 'xz', 'bzip2');
    const refusals = [
      ['format=vmdk', NO_QEMU],
      ['format=raw&compression=gz', NO_QEMU],
      ['compression=xz', 'xz cannot be unpacked here: install the package xz-utils'],
      ['compression=bz2', 'bz2 cannot be unpacked here: install the package bzip2'],
    ] as const;
    for (const [query, message] of refusals) {
      const { status, body } = await client.push(`name=x&${query}`, Buffer.alloc(512));
      expect({ query, status, body }).toEqual({ query, status: 503, body: { message } });
    }
    const download = { name: 'x', download_url: 'https://images.example.com/x', format: 'vdi' };
    expect((await client.call('POST', '/images', { json: download })).body).toEqual({ message: NO_QEMU });
    const pushed = expectStatus(await client.push('name=plain', distinctImage('plain')), 201);
    const { id } = pushed.body as { id: number };
    expect((await client.get(`/images/${id}/file?format=raw`)).body).toEqual({ message: NO_QEMU });
    const { status, body } = await client.post(`/images/${id}/boot-test`);
    expect({ status, body }).toEqual({
      status: 503,
      body: { message: 'Disks cannot be booted here: install the package qemu-system-x86 (Debian, Ubuntu)' },
    });
    const build = await postBuild(client, { dockerfile: 'FROM scratch\nLABEL a=b\n' });
    expect({ status: build.status, body: build.body }).toEqual({
      status: 503,
      body: {
        message: expect.stringMatching(
          /^Builds cannot be confined here: add the line 65533:\d+:65536, or another free range, to \/etc\/subuid$/,
        ) as string,
      },
    });
    expect(await client.pull(`/images/${id}/file`)).toEqual(distinctImage('plain'));
  });

  it('says what is needed where programs cannot be confined', async () => {
    const client = await start('bwrap');
    const { status, body } = await client.push('name=x&format=vmdk', Buffer.alloc(512));
    expect({ status, body }).toEqual({
      status: 503,
      body: { message: expect.stringMatching(/^Programs cannot be confined here: .*install the package bubblewrap/) },
    });
  });
});
