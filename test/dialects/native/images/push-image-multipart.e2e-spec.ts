import { imageBody } from '../../../support/image-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { distinctImage, expectStatus, newUser } from '../../../support/builders.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { file, FORM_TYPE, formBody, words } from '../../../support/multipart.js';
import type { Answer } from '../../../support/native-client.js';
import { Wire } from '../../../support/wire.js';

const UNREADABLE = { file: ['The multipart body cannot be read'] };
const NAME_REQUIRED = {
  name: ['Name field required', 'Name does not match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'],
};

describe('POST /images as a multipart form', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi({ env: { IDLE_TIMEOUT_SECONDS: '1', MAX_IMAGE_BYTES: '1MiB' } });
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const pushForm = (body: Buffer, query = '', type = FORM_TYPE): Promise<Answer> =>
    alice.push(query, body, { 'Content-Type': type });

  it('takes words and then the file, as a browser sends them', async () => {
    const bytes = distinctImage('form');
    const form = formBody(...words({ name: 'form', tag: 'v1', namespace: 'forms' }), file(bytes));
    const { body, headers } = expectStatus(await pushForm(form), 201);
    const { id } = body as { id: number };
    expect(body).toMatchObject({ name: 'form', tag: 'v1', reference: `${alice.username}/forms/form:v1` });
    expect(headers.get('location')).toBe(`${api.url}/images/${id}`);
    expect((await alice.pull(`/images/${id}/file`)).equals(bytes)).toBe(true);
  });

  it('takes the words from the query, which then need no part of their own', async () => {
    const { body } = expectStatus(await pushForm(formBody(file(distinctImage('query'))), 'name=query&tag=q'), 201);
    expect(body).toEqual(imageBody(alice, { name: 'query', tag: 'q' }));
  });

  it('lets a part go before the query', async () => {
    const form = formBody(...words({ name: 'part' }), file(distinctImage('both')));
    expect((await pushForm(form, 'name=both')).body).toMatchObject({ name: 'part' });
  });

  it('takes what the platform’s own FormData makes', async () => {
    const bytes = distinctImage('FormData');
    const form = new FormData();
    form.append('name', 'form-data');
    form.append('file', new Blob([new Uint8Array(bytes)]), 'disk.qcow2');
    const answer = expectStatus(await alice.call('POST', '/images', { raw: form }), 201);
    expect(answer.body).toMatchObject({ name: 'form-data', size: bytes.length });
  });

  it('ignores parts that it does not know', async () => {
    const form = formBody(...words({ comment: 'hello', name: 'unknown-parts' }), file(distinctImage('unknown')));
    expect((await pushForm(form)).body).toMatchObject({ name: 'unknown-parts' });
  });

  it('takes the first of two files', async () => {
    const [first, second] = [distinctImage('first'), distinctImage('second')];
    const { body } = expectStatus(await pushForm(formBody(file(first), file(second)), 'name=two-files'), 201);
    const { id } = body as { id: number };
    expect((await alice.pull(`/images/${id}/file`)).equals(first)).toBe(true);
  });

  it('streams: tells what is wrong with the words while the file has not come', async () => {
    const form = formBody(...words({ name: '../x' }), file(distinctImage('streamed')));
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images', { 'Content-Type': FORM_TYPE, 'Content-Length': form.length + 2 ** 40 });
    await leavingNothing(api, async () => {
      await wire.send(form.subarray(0, form.length - 4000));
      const { status, body } = await wire.answer();
      expect({ status, body }).toEqual({ status: 400, body: { name: [NAME_REQUIRED.name[1]] } });
    });
    wire.cut();
  });

  it('streams: refuses a file as too large as soon as it is, however much is still to come', async () => {
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images?name=x', { 'Content-Type': FORM_TYPE, 'Content-Length': 2 ** 40 });
    await leavingNothing(api, async () => {
      const form = formBody(file(Buffer.concat([distinctImage('large'), Buffer.alloc(2 ** 20)])));
      await wire.send(form.subarray(0, form.length - 64));
      expect(await wire.answer()).toMatchObject({
        status: 413,
        body: { message: 'File is too large: at most 1048576 bytes are taken here' },
      });
    });
    wire.cut();
  });

  const bytes = distinctImage('refused');
  const form = formBody(...words({ name: 'refused', namespace: 'fresh' }), file(bytes));

  it.each<[string, Buffer, object]>([
    ['without a file', formBody(...words({ name: 'x' })), { file: ['File field required'] }],
    ['whose file is a word', formBody(...words({ name: 'x', file: 'QFI' })), { file: ['File field required'] }],
    ['without any part', formBody(), { file: ['File field required'] }],
    ['whose name stands behind the file', formBody(file(bytes), ...words({ name: 'late' })), NAME_REQUIRED],
    [
      'whose file is empty',
      formBody(...words({ name: 'x' }), file(Buffer.alloc(0))),
      { file: ['File field required: the body is empty'] },
    ],
    ['that ends within the file', form.subarray(0, form.length - 100), UNREADABLE],
    ['that ends before the file', form.subarray(0, 150), UNREADABLE],
    ['that does not hold its boundary', Buffer.from('nothing of that kind'), UNREADABLE],
    ['that is empty', Buffer.alloc(0), UNREADABLE],
  ])('refuses a form %s', async (_, body, expected) => {
    const answer = await leavingNothing(api, () => pushForm(body));
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: expected });
  });

  it.each(['multipart/form-data', 'multipart/form-data; boundary='])('refuses a form of type %j', async (type) => {
    const answer = await leavingNothing(api, () => pushForm(form, '', type));
    expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body: UNREADABLE });
  });

  it('refuses a form whose file is no QCOW2 file', async () => {
    const body = formBody(...words({ name: 'x', namespace: 'fresh' }), file(Buffer.alloc(4096, 'not an image')));
    const answer = await leavingNothing(api, () => pushForm(body));
    expect(answer.status).toBe(400);
    expect(answer.body).toEqual({
      file: ['File not a valid QCOW2 file format', expect.stringMatching(/^File refused: magic: /)],
    });
  });

  it.each([0, 1, 60, 200, form.length - 1])('leaves nothing of a form cut off after %d bytes', async (sentBytes) => {
    await leavingNothing(api, async () => {
      const wire = await Wire.open(alice);
      wire.sendHead('POST', '/images', { 'Content-Type': FORM_TYPE, 'Content-Length': form.length });
      await wire.send(form.subarray(0, sentBytes));
      wire.cut();
    });
  });

  it('waits for a form whose words come slowly, as long as they come', async () => {
    const slow = formBody(...words({ name: 'slow' }), file(distinctImage('slow')));
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images', { 'Content-Type': FORM_TYPE, 'Content-Length': slow.length });
    await wire.dribble(slow.subarray(0, 5));
    await wire.send(slow.subarray(5));
    expect(await wire.answer()).toMatchObject({ status: 201, body: { name: 'slow' } });
    wire.cut();
  });

  it.each([20, form.length - 100])('gives up on a form of which nothing comes after %d bytes', async (sent) => {
    const wire = await Wire.open(alice);
    await leavingNothing(api, async () => {
      wire.sendHead('POST', '/images', { 'Content-Type': FORM_TYPE, 'Content-Length': form.length });
      await wire.send(form.subarray(0, sent));
      const { status, body } = await wire.answer();
      expect({ status, body }).toEqual({
        status: 408,
        body: { message: 'No byte of the body came for 1 seconds' },
      });
    });
    wire.cut();
  });
});
