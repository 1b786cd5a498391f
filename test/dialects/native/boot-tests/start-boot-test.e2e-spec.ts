import { startTestApi, type TestApi } from '../../../support/api.js';
import {
  collaborate,
  expectStatus,
  newNamespace,
  newUser,
  pushImage,
  type TestUser,
  unique,
  withScopes,
} from '../../../support/builders.js';
import { bootDisk, say, WAIT } from '../../../support/boot-disk.js';
import { monitorOf } from '../../../support/conversions.js';
import { finished, startDownload } from '../../../support/downloads.js';
import { leavingNothingOnceSwept, workFolders } from '../../../support/leftovers.js';
import { MOMENT } from '../../../support/operation-body.js';

const LOGIN = say('\\r\\nDebian 12 box ttyS0\\r\\n\\r\\nbox login: ') + WAIT;
const PNG = '89504e470d0a1a0a';

describe('POST /images/:image/boot-test', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  beforeAll(async () => {
    api = await startTestApi({ works: true, env: { BOOT_TEST_MEMORY: '256MiB' } });
    alice = await newUser(api.admin, 'alice');
    bob = await newUser(api.admin, 'bob');
  });
  afterAll(() => api.close());

  async function pushDisk(script: string, words = ''): Promise<number> {
    const answer = await alice.push(`name=${unique('boot')}${words}`, await bootDisk(script));
    return (expectStatus(answer, 201).body as { id: number }).id;
  }

  it('boots the image, and keeps what its console printed and its last screen', async () => {
    const id = await pushDisk(LOGIN);
    const asked = expectStatus(await alice.post(`/images/${id}/boot-test`), 202);
    const operation = monitorOf(asked);
    expect(asked.headers.get('location')).toBe(`${api.url}/operations/${operation}`);
    expect(asked.body).toMatchObject({ id: operation, kind: 'boot-test', image_id: id, max_attempts: 3 });
    const { lines, ...ended } = await finished(alice, { id: operation });
    expect(ended).toMatchObject({ status: 'succeeded', error: null, percent: 100 });
    expect(lines[0]).toBe('Booting it without network, with 268435456 bytes of memory, for 300 s at most');
    expect(lines).toEqual(expect.arrayContaining(['Debian 12 box ttyS0', 'box login:']));
    expect(lines.at(-1)).toMatch(/^It boots: a login prompt came after [\d.]+ s$/);
    expect((await alice.get(`/images/${id}/boot-test`)).body).toEqual({
      outcome: 'passed',
      ended_by: 'login',
      reason: null,
      seconds: expect.any(Number),
      firmware: 'bios',
      tested_at: MOMENT,
      operation_id: operation,
      console_url: `${api.url}/images/${id}/boot-test/console`,
      screen_url: `${api.url}/images/${id}/boot-test/screen`,
    });
    expect((await alice.pull(`/images/${id}/boot-test/console`)).toString()).toMatch(/box login: $/);
    expect((await alice.pull(`/images/${id}/boot-test/screen`)).toString('hex', 0, 8)).toBe(PNG);
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({ status: 'available', status_reason: null });
    expect(await workFolders(api)).toEqual([]);
  });

  it('fails with the end of the console where the image does not boot, and keeps that; another test takes its place', async () => {
    const id = await pushDisk(`${say('nearly there\\n')}exit 1\n`);
    const first = monitorOf(await alice.call('POST', `/images/${id}/boot-test`, { json: { firmware: 'bios' } }));
    const { status, error } = await finished(alice, { id: first });
    expect({ status, error }).toEqual({
      status: 'failed',
      error: expect.stringMatching(/^Its kernel panicked\. The end of its console:\n(.*\n)+.*Kernel .*/),
    });
    expect((await alice.get(`/images/${id}/boot-test`)).body).toMatchObject({
      outcome: 'failed',
      ended_by: 'panic',
      reason: error,
      operation_id: first,
    });
    expect((await alice.pull(`/images/${id}/boot-test/console`)).toString()).toContain('nearly there');
    const json = { marker: 'nearly there', timeout_seconds: 60, memory: 2 ** 28, disk_bus: 'sata' };
    const second = monitorOf(await alice.call('POST', `/images/${id}/boot-test`, { json }));
    expect(await finished(alice, { id: second })).toMatchObject({ status: 'succeeded' });
    expect((await alice.get(`/images/${id}/boot-test`)).body).toMatchObject({
      outcome: 'passed',
      ended_by: 'marker',
      operation_id: second,
    });
  });

  it('answers the test that is under way to whoever asks meanwhile; cancelled, it ends and keeps nothing', async () => {
    const id = await pushDisk(say('here I am\\n') + WAIT);
    const answers = await Promise.all(Array.from({ length: 4 }, () => alice.post(`/images/${id}/boot-test`)));
    const [operation = 0, ...others] = new Set(answers.map((answer) => monitorOf(expectStatus(answer, 202))));
    expect(others).toEqual([]);
    expectStatus(await alice.post(`/operations/${operation}/cancel`), 202);
    expect(await finished(alice, { id: operation })).toMatchObject({ status: 'cancelled' });
    expectStatus(await alice.get(`/images/${id}/boot-test`), 404);
    expect(monitorOf(await alice.post(`/images/${id}/boot-test`))).toBeGreaterThan(operation);
    expectStatus(await alice.delete(`/images/${id}`), 204);
  });

  it('leaves nothing once the image is deleted', async () => {
    await leavingNothingOnceSwept(api, async () => {
      const id = await pushDisk(LOGIN);
      await finished(alice, { id: monitorOf(await alice.post(`/images/${id}/boot-test`)) });
      expectStatus(await alice.delete(`/images/${id}`), 204);
    });
  });

  it('takes image:write on the image; who only sees it is told so, and nobody else that it is there', async () => {
    await newNamespace(alice, 'shared');
    await collaborate(alice, 'shared', bob, 'reader');
    const { id } = await pushImage(alice, `name=${unique('shared')}&namespace=shared`);
    expect(await bob.post(`/images/${id}/boot-test`)).toMatchObject({
      status: 403,
      body: { message: 'You can see this image, but to have it booted takes image:write on it' },
    });
    expectStatus(await (await newUser(api.admin)).post(`/images/${id}/boot-test`), 404);
    expectStatus(await api.anonymous.post(`/images/${id}/boot-test`), 401);
    expectStatus(await (await withScopes(alice, 'image:read')).post(`/images/${id}/boot-test`), 403);
  });

  it('refuses what means nothing, field by field', async () => {
    const { id } = await pushImage(alice, `name=${unique('plain')}`);
    const json = { timeout_seconds: 0, marker: 'two\nlines', memory: 5, firmware: 'coreboot', disk_bus: 'floppy' };
    expect(await alice.call('POST', `/images/${id}/boot-test`, { json })).toMatchObject({
      status: 400,
      body: {
        timeout_seconds: ['Timeout_seconds must be a whole number from 1 to 3600'],
        marker: ['Marker must be a text of 1 to 256 characters on one line'],
        memory: ['Memory must be a number of bytes from 67108864 to 4294967296'],
        firmware: ['Firmware must be one of auto, bios, uefi'],
        disk_bus: ['Disk_bus must be one of virtio, sata'],
      },
    });
    const unknown = await alice.call('POST', `/images/${id}/boot-test`, { json: { cpus: 4 } });
    expect(unknown).toMatchObject({ status: 400, body: { cpus: ['Property cpus should not exist'] } });
  });

  it('is not for an image without bytes', async () => {
    const { image_id } = await startDownload(alice, 'https://images.example.invalid/x.qcow2');
    expectStatus(await alice.post(`/images/${image_id}/boot-test`), 404);
  });
});
