import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { startConversion } from '../../../support/conversions.js';
import { Disks } from '../../../support/disks.js';
import { finished } from '../../../support/downloads.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { overQuota, setQuota, usageOf } from '../../../support/quotas.js';

describe('a quota and disks of other formats', () => {
  let api: TestApi;
  let alice: TestUser;
  let disks: Disks;
  beforeAll(async () => {
    api = await startTestApi({ works: true });
    disks = await Disks.create('quota', 700_000, 2 ** 20);
  });
  beforeEach(async () => {
    alice = await newUser(api.admin);
  });
  afterAll(async () => {
    await api.close();
    await disks.remove();
  });

  it('refuses what has no room before its first byte, and leaves nothing', async () => {
    await setQuota(api.admin, `accounts/${alice.username}`, { limit_bytes: 2 ** 20 - 1 });
    await leavingNothing(api, async () => {
      const { status, body } = await alice.push('name=x&format=raw', disks.raw);
      expect({ status, body }).toEqual({
        status: 413,
        body: overQuota(`user ${alice.username}`, 'bytes', {
          limit: 2 ** 20 - 1,
          used: 0,
          reserved: 0,
          asked: 2 ** 20,
        }),
      });
    });
  });

  it('counts what was sent until the image is made, and then the image', async () => {
    const failed = await startConversion(alice, 'format=vdi', disks.raw);
    await finished(alice, failed);
    expect(await usageOf(alice, alice.username)).toMatchObject({
      images: 1,
      logical_bytes: 2 ** 20,
      physical_bytes: 2 ** 20,
    });
    await alice.delete(`/images/${failed.image_id}`);
    const made = await startConversion(alice, 'format=raw', disks.raw);
    await finished(alice, made);
    const { size } = (await alice.get(`/images/${made.image_id}`)).body as { size: number };
    expect(await usageOf(alice, alice.username)).toMatchObject({
      images: 1,
      logical_bytes: size,
      physical_bytes: size,
    });
  });

  it('fails a conversion for whose result there is no room beside what was sent', async () => {
    await setQuota(api.admin, `accounts/${alice.username}`, { limit_bytes: 2 ** 20 + 500_000 });
    const operation = await startConversion(alice, 'format=raw', disks.raw);
    expect(await finished(alice, operation)).toMatchObject({
      status: 'failed',
      error: expect.stringMatching(
        new RegExp(`^Over the quota of user ${alice.username}: limit 1548576 bytes, used 1048576, reserved`),
      ) as string,
    });
    await setQuota(api.admin, `accounts/${alice.username}`, { limit_bytes: 2 ** 21 });
    await alice.post(`/operations/${operation.id}/retry`, {});
    expect(await finished(alice, operation)).toMatchObject({ status: 'succeeded', error: null });
  });
});
