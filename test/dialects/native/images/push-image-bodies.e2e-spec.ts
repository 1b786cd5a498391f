import fc from 'fast-check';
import { HOSTILE_HEADERS, HOSTILE_POLYGLOTS, HOSTILE_TABLES } from '../../../fixtures/qcow2/index.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, expectStatus, newUser } from '../../../support/builders.js';
import { eventually } from '../../../support/eventually.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { Wire, type WireHeaders } from '../../../support/wire.js';

const MAX_BYTES = 2 ** 20;
const TOO_LARGE = { status: 413, body: { message: 'File is too large: at most 1048576 bytes are taken here' } };
const EMPTY = { status: 400, body: { file: ['File field required: the body is empty'] } };
const PATH = '/images?name=bad&namespace=never/made';

describe('POST /images with a bad body', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi({ env: { MAX_IMAGE_BYTES: String(MAX_BYTES) } });
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  /** Proves that nothing is in the way of a push any more: what went before it has been settled. */
  async function pushAndDelete(query: string): Promise<void> {
    const { body } = await eventually(async () => expectStatus(await alice.push(query, image), 201));
    expectStatus(await alice.delete(`/images/${(body as { id: number }).id}`), 204);
  }

  const image = distinctImage('cut');
  const pieces = [0, 1, 103, 104, 512, image.length - 1];

  describe('that is cut off', () => {
    /** Does `work` with a push that has its reference reserved and waits for its body. */
    async function during(headers: WireHeaders, work: (wire: Wire) => Promise<void>): Promise<void> {
      await leavingNothing(api, async () => {
        const wire = await Wire.open(alice);
        wire.sendHead('POST', PATH, { Expect: '100-continue', ...headers });
        expect(await wire.answer()).toMatchObject({ status: 100 });
        await work(wire);
      });
    }

    const declared = { 'Content-Length': image.length };
    const chunked = { 'Transfer-Encoding': 'chunked' };

    it.each(pieces)('leaves nothing after %d bytes', async (sentBytes) => {
      await during(declared, async (wire) => {
        await wire.send(image.subarray(0, sentBytes));
        wire.cut();
      });
    });

    it.each(pieces)('leaves nothing of a sender that hangs up in good order after %d bytes', async (sentBytes) => {
      await during(declared, async (wire) => {
        await wire.send(image.subarray(0, sentBytes));
        wire.end();
        await wire.closed();
      });
    });

    it('leaves nothing, wherever the cut is, and its name free', async () => {
      const cut = fc.integer({ min: 0, max: image.length - 1 });
      // Once for all runs: what a cut request reserves may come and go after its run has ended.
      await leavingNothing(api, () => fc.assert(fc.asyncProperty(cut, cutAndPushAgain), { numRuns: 25 }));
    });

    /** The head and some bytes at once, so that the cut may come before anybody looks at the body. */
    async function cutAndPushAgain(sentBytes: number): Promise<void> {
      const wire = await Wire.open(alice);
      wire.sendHead('POST', '/images?name=cut', declared);
      await wire.send(image.subarray(0, sentBytes));
      wire.cut();
      await pushAndDelete('name=cut');
    }

    it.each([0, 1000, image.length])('leaves nothing of a chunked one without its end after %d bytes', async (sent) => {
      await during(chunked, async (wire) => {
        if (sent > 0) await wire.sendChunk(image.subarray(0, sent));
        wire.cut();
      });
    });

    it('leaves nothing when a chunk is shorter than it says', async () => {
      await during(chunked, async (wire) => {
        await wire.send(Buffer.concat([Buffer.from('ffff\r\n'), image]));
        wire.cut();
      });
    });

    it('leaves nothing when the chunks are no chunks', async () => {
      await during(chunked, async (wire) => {
        await wire.sendChunk(image.subarray(0, 1000));
        await wire.send('this is no chunk\r\n');
        expect(await wire.answer()).toMatchObject({ status: 400 });
      });
    });
  });

  it('refuses a body that is longer than declared', async () => {
    const wire = await Wire.open(alice);
    await leavingNothing(api, async () => {
      wire.sendHead('POST', '/images?name=longer', { 'Content-Length': image.length });
      await wire.send(Buffer.concat([image, Buffer.from('and more')]));
      expect(await wire.answer()).toMatchObject({ status: 400 });
      await pushAndDelete('name=longer');
    });
  });

  it('refuses a body that was declared shorter than its image is', async () => {
    const answer = await leavingNothing(api, () => alice.push('name=short&namespace=n', image.subarray(0, -1)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ file: [expect.stringMatching(/^File refused: L2 table entry: /)] });
  });

  describe('that is empty', () => {
    it.each<WireHeaders>([{ 'Content-Length': 0 }, {}])('refuses it: %j', async (headers) => {
      const wire = await Wire.open(alice);
      const answer = await leavingNothing(api, async () => {
        wire.sendHead('POST', PATH, headers);
        return wire.answer();
      });
      expect(answer).toMatchObject(EMPTY);
      wire.cut();
    });

    it('refuses it chunked', async () => {
      const wire = await Wire.open(alice);
      const answer = await leavingNothing(api, async () => {
        wire.sendHead('POST', PATH, { 'Transfer-Encoding': 'chunked' });
        await wire.sendChunk();
        return wire.answer();
      });
      expect(answer).toMatchObject(EMPTY);
      wire.cut();
    });
  });

  describe('that is too large', () => {
    it('refuses a declared length before the body', async () => {
      const wire = await Wire.open(alice);
      const answer = await leavingNothing(api, async () => {
        wire.sendHead('POST', PATH, { 'Content-Length': MAX_BYTES + 1 });
        return wire.answer();
      });
      expect(answer).toMatchObject(TOO_LARGE);
      wire.cut();
    });

    it('refuses a stream at the byte that is too many', async () => {
      const wire = await Wire.open(alice);
      const answer = await leavingNothing(api, async () => {
        wire.sendHead('POST', PATH, { 'Transfer-Encoding': 'chunked' });
        await wire.sendChunk(Buffer.concat([image, Buffer.alloc(MAX_BYTES - image.length)]));
        await wire.sendChunk(Buffer.alloc(1));
        return wire.answer();
      });
      expect(answer).toMatchObject(TOO_LARGE);
      wire.cut();
    });

    it('cuts a sender that sends on after it was refused', async () => {
      const wire = await Wire.open(alice);
      wire.sendHead('POST', PATH, { 'Content-Length': MAX_BYTES + 1 });
      expect(await wire.answer()).toMatchObject(TOO_LARGE);
      await wire.closed();
    });
  });

  it('calls what is no QCOW2 file by the contract’s words', async () => {
    const answer = await leavingNothing(api, () => alice.push('name=raw&namespace=n', Buffer.alloc(4096, 'raw disk')));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      file: ['File not a valid QCOW2 file format', expect.stringMatching(/^File refused: magic: /)],
    });
  });

  it('refuses what is no QCOW2 file by its first four bytes, while the rest is still to come', async () => {
    const wire = await Wire.open(alice);
    const answer = await leavingNothing(api, async () => {
      wire.sendHead('POST', PATH, { 'Content-Length': MAX_BYTES });
      await wire.send('KDMV');
      return wire.answer();
    });
    expect(answer).toMatchObject({
      status: 400,
      body: { file: ['File not a valid QCOW2 file format', expect.any(String)] },
    });
    wire.cut();
  });

  it.each([1, 2, 3])('calls a body of %d bytes no QCOW2 file', async (length) => {
    const answer = await leavingNothing(api, () => alice.push('name=short&namespace=n', image.subarray(0, length)));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({ file: [expect.stringMatching(/^File refused: header: /)] });
  });

  const hostile = Object.entries({ ...HOSTILE_HEADERS, ...HOSTILE_TABLES, ...HOSTILE_POLYGLOTS })
    .map(([name, { field, make }]) => ({ name, field, bytes: make() }))
    .filter(({ bytes }) => bytes.length > 0);

  it.each(hostile)('refuses an image $name, and blames its $field', async ({ field, bytes }) => {
    const answer = await leavingNothing(api, () => alice.push('name=hostile&namespace=n', bytes));
    const { file } = answer.body as { file: string[] };
    expect({ status: answer.status, blamed: file.at(-1) }).toEqual({
      status: 400,
      blamed: expect.stringMatching(new RegExp(`^File refused: ${field}: .{10,}`)),
    });
  });

  it('refuses a virtual disk that is larger than the operator’s limit', async () => {
    const small = await startTestApi({ env: { MAX_VIRTUAL_BYTES: '16KiB' } });
    const answer = await leavingNothing(small, () => small.admin.push('name=x&namespace=n', image));
    expect(answer).toMatchObject({ status: 400, body: { file: [expect.stringMatching(/^File refused: size: /)] } });
    await small.close();
  });
});
