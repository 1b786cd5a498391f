import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startTestApi, type TestApi } from '../support/api.js';
import { expectStatus, newUser, type TestUser } from '../support/builders.js';
import { bootableContext } from '../support/bootable-tree.js';
import { type BuildForm, startBuild } from '../support/builds.js';
import { finished, type FinishedOperation } from '../support/downloads.js';
import { MOMENT } from '../support/operation-body.js';
import { bootDisk } from '../platform/image-builder/machine.js';

const FIRST = 'the first image runs';
const SECOND = 'the second image runs';
const PNG = '89504e470d0a1a0a';
/** Machines are emulated, and others may keep the processors busy. */
const PATIENCE_MS = 240_000;

describe('an image of a Dockerfile with busybox, a kernel and an initrd', () => {
  let api: TestApi;
  let alice: TestUser;
  let folder: string;
  beforeAll(async () => {
    api = await startTestApi({ works: true, env: { BOOT_TEST_MEMORY: '256MiB' } });
    alice = await newUser(api.admin, 'alice');
    folder = await mkdtemp(join(tmpdir(), 'pulled-'));
    const context = await bootableContext({ marker: FIRST });
    const dockerfile = 'FROM scratch\nCOPY . /\n';
    const { ended } = await built({ name: 'base', tag: '1', dockerfile, context, build: withMarker(FIRST) });
    expect(ended).toMatchObject({ status: 'succeeded', error: null, attempts: 1 });
  }, PATIENCE_MS);
  afterAll(async () => {
    await api.close();
    await rm(folder, { recursive: true });
  });

  const withMarker = (marker: string): object => ({ boot_test: { marker } });

  async function built(form: BuildForm): Promise<{ imageId: number; ended: FinishedOperation }> {
    const operation = await startBuild(alice, form);
    return { imageId: operation.image_id, ended: await finished(alice, operation) };
  }

  /** What the console says of the image, pulled and booted by somebody else. */
  async function bootedElsewhere(reference: string): Promise<string> {
    const path = join(folder, 'pulled.qcow2');
    await writeFile(path, await alice.pull(`/images/${encodeURIComponent(reference)}/file`));
    return bootDisk(path, 'bios');
  }

  async function console(imageId: number): Promise<string> {
    return (await alice.pull(`/images/${imageId}/boot-test/console`)).toString();
  }

  it(
    'was booted by the server, which keeps its console and its screen, and boots wherever it is pulled',
    async () => {
      const image = expectStatus(await alice.get('/images/alice%2Fbase:1'), 200).body as { id: number };
      expect(image).toMatchObject({ status: 'available', format: expect.any(Object) as unknown });
      expect((await alice.get(`/images/${image.id}/boot-test`)).body).toEqual({
        outcome: 'passed',
        ended_by: 'marker',
        reason: null,
        seconds: expect.any(Number) as unknown,
        firmware: 'bios',
        tested_at: MOMENT,
        operation_id: expect.any(Number) as unknown,
        console_url: `${api.url}/images/${image.id}/boot-test/console`,
        screen_url: `${api.url}/images/${image.id}/boot-test/screen`,
      });
      expect(await console(image.id)).toContain(FIRST);
      expect((await alice.pull(`/images/${image.id}/boot-test/screen`)).toString('hex', 0, 8)).toBe(PNG);
      expect(await bootedElsewhere('alice/base:1')).toContain(FIRST);
    },
    PATIENCE_MS,
  );

  it(
    'is the base of another, which shows what was changed in it',
    async () => {
      const dockerfile = `FROM alice/base:1\nRUN /bin/busybox sed -i 's/${FIRST}/${SECOND}/' /sbin/init\n`;
      const { imageId, ended } = await built({ name: 'derived', tag: '1', dockerfile, build: withMarker(SECOND) });
      expect(ended).toMatchObject({ status: 'succeeded', error: null });
      expect((await alice.get(`/images/${imageId}/build`)).body).toMatchObject({
        bases: [{ reference: 'alice/base:1', digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string }],
      });
      const said = await bootedElsewhere('alice/derived:1');
      expect({ second: said.includes(SECOND), first: said.includes(FIRST) }).toEqual({ second: true, first: false });
    },
    PATIENCE_MS,
  );

  it(
    'fails where its init panics, with the end of the console, which is kept',
    async () => {
      const init = `#!/bin/busybox sh\\necho about to give up\\nexit 3\\n`;
      const dockerfile = `FROM alice/base:1\nRUN printf '${init}' > /sbin/init\n`;
      const { imageId, ended } = await built({ dockerfile });
      expect(ended).toMatchObject({
        status: 'failed',
        attempts: 1,
        error: expect.stringMatching(
          /^It was built, but does not boot: Its kernel panicked\. The end of its console:\n(.+\n)+\[.*\] ---\[ end Kernel panic - not syncing: Attempted to kill init! exitcode=0x00000300 \]---$/,
        ) as string,
      });
      expect((await alice.get(`/images/${imageId}`)).body).toMatchObject({
        status: 'failed',
        status_reason: ended.error,
      });
      expect((await alice.get(`/images/${imageId}/boot-test`)).body).toMatchObject({
        outcome: 'failed',
        ended_by: 'panic',
      });
      const kept = await console(imageId);
      expect(kept).toContain('about to give up');
      expect(kept).toContain('Kernel panic - not syncing');
    },
    PATIENCE_MS,
  );
});
