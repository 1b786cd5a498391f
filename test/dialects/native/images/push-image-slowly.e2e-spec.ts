import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, newUser } from '../../../support/builders.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { Wire } from '../../../support/wire.js';

describe('POST /images from a slow sender', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi({ env: { IDLE_TIMEOUT_SECONDS: '1' } });
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const image = distinctImage('slow');

  it.each([0, 1, image.length - 1])('gives up when nothing comes for the idle timeout after %d bytes', async (sent) => {
    const wire = await Wire.open(alice);
    const answer = await leavingNothing(api, async () => {
      wire.sendHead('POST', '/images?name=stalled&namespace=never', { 'Content-Length': image.length });
      await wire.send(image.subarray(0, sent));
      return wire.answer();
    });
    expect(answer).toMatchObject({ status: 408, body: { message: 'No byte of the body came for 1 seconds' } });
    wire.cut();
  });

  it('gives up on a sender that was told to send and does not', async () => {
    const wire = await Wire.open(alice);
    const answer = await leavingNothing(api, async () => {
      wire.sendHead('POST', '/images?name=stalled', { Expect: '100-continue', 'Content-Length': image.length });
      expect(await wire.answer()).toMatchObject({ status: 100 });
      return wire.answer();
    });
    expect(answer).toMatchObject({ status: 408 });
    wire.cut();
  });

  it('waits for a sender that takes longer in all, but never pauses for so long', async () => {
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images?name=dribbled', { 'Content-Length': image.length });
    await wire.dribble(image.subarray(0, 6));
    await wire.send(image.subarray(6));
    expect(await wire.answer()).toMatchObject({ status: 201, body: { name: 'dribbled', size: image.length } });
    wire.cut();
  });

  it('gives up on JSON that never ends', async () => {
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images', { 'Content-Type': 'application/json', 'Content-Length': 100 });
    await wire.send('{"name":');
    await wire.closed();
  });
});
