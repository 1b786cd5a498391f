import { createHash } from 'node:crypto';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { expectStatus, newNamespace, newUser, type TestUser } from '../../../support/builders.js';
import {
  BUSYBOX_DOCKERFILE,
  busyboxFiles,
  type ContextFiles,
  postBuild,
  startBuild,
  tarOf,
} from '../../../support/builds.js';
import { monitorOf } from '../../../support/conversions.js';
import { finished } from '../../../support/downloads.js';
import { imageBody, namespaceBody } from '../../../support/image-body.js';
import { leavingNothingOnceSwept } from '../../../support/leftovers.js';
import { MOMENT } from '../../../support/operation-body.js';
import { xfsTools } from '../../../support/xfs-tools.js';

/** A worker may be quicker than the answer. */
const PENDING = expect.stringMatching(/^(?:pending|processing)$/) as string;
const NO_BYTES = { size: null, virtual_size: null, sha256: null, format: null };
const DIGEST = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
const DEFAULTS = { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64' };

describe('POST /images with a Dockerfile', () => {
  let api: TestApi;
  let alice: TestUser;
  let bob: TestUser;
  let context: ContextFiles;
  beforeAll(async () => {
    api = await startTestApi({ works: true });
    alice = await newUser(api.admin, 'alice');
    bob = await newUser(api.admin, 'bob');
    context = await busyboxFiles();
  });
  afterAll(() => api.close());

  it('answers 202 and a pending image, whose operation builds it', async () => {
    await newNamespace(alice, 'team');
    const dockerfile = `${BUSYBOX_DOCKERFILE}RUN ["/bin/busybox", "echo", "hello from the build"]\n`;
    const form = {
      name: 'tools',
      tag: '1.0',
      namespace: 'team',
      dockerfile,
      context,
      build: { disk: { hostname: 'tools' } },
    };
    const answer = await postBuild(alice, form);
    const { id } = answer.body as { id: number };
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 202,
      body: imageBody(alice, {
        ...NO_BYTES,
        name: 'tools',
        tag: '1.0',
        reference: 'alice/team/tools:1.0',
        namespace: namespaceBody(alice, 'team'),
        namespace_id: expect.any(Number),
        status: PENDING,
      }),
    });
    expect(answer.headers.get('location')).toBe(`${api.url}/images/${id}`);
    const operation = monitorOf(answer);
    const { lines, ...ended } = await finished(alice, { id: operation });
    expect({ ...ended, lines }).toEqual({
      id: operation,
      kind: 'build',
      status: 'succeeded',
      image_id: id,
      image: 'alice/team/tools:1.0',
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
      lines: expect.any(Array) as unknown,
    });
    expect(lines).toContain('hello from the build');
    expect((await alice.get(`/images/${id}`)).body).toMatchObject({ status: 'available', status_reason: null });
  });

  it('tells what an image was built of', async () => {
    const bytes = await tarOf(context);
    const build = { args: { GREETING: 'hi' }, disk: { partitioning: 'none' }, boot_test: false };
    const dockerfile = `ARG GREETING\n${BUSYBOX_DOCKERFILE}`;
    const { id, image_id } = await startBuild(alice, { dockerfile, context: bytes, build });
    const body = {
      image_id,
      dockerfile,
      context: { sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length },
      options: { disk: { ...DEFAULTS, partitioning: 'none' }, args: { GREETING: 'hi' }, boot_test: false },
    };
    await finished(alice, { id });
    expect(expectStatus(await alice.get(`/images/${image_id}/build`), 200).body).toEqual({
      ...body,
      bases: [],
      builder: expect.stringMatching(/^buildah \d+\.\d+/) as string,
    });
    expect((await bob.get(`/images/${image_id}/build`)).status).toBe(404);
  });

  it('makes a disk of xfs where that was asked for', async () => {
    await xfsTools();
    const build = { disk: { filesystem: 'xfs', partitioning: 'none' } };
    const { id, image_id } = await startBuild(alice, { dockerfile: BUSYBOX_DOCKERFILE, context, build });
    expect(await finished(alice, { id })).toMatchObject({ status: 'succeeded', error: null });
    const path = `/images/${image_id}/file?format=raw`;
    await finished(alice, { id: monitorOf(expectStatus(await alice.get(path), 202)) });
    const raw = await alice.pull(path);
    expect(raw.subarray(0, 4).toString()).toBe('XFSB');
  });

  it('builds without a context', async () => {
    const operation = await startBuild(alice, { dockerfile: 'FROM scratch\nLABEL of=nothing\n' });
    expect(await finished(alice, operation)).toMatchObject({ status: 'succeeded', error: null });
    expect((await alice.get(`/images/${operation.image_id}/build`)).body).toMatchObject({ context: null });
  });

  it('builds the Dockerfile that was sent, whatever the context has', async () => {
    const operation = await startBuild(alice, {
      dockerfile: `${BUSYBOX_DOCKERFILE}RUN ["/bin/busybox", "echo", "the one that was sent"]\n`,
      context: { ...context, Dockerfile: 'FROM scratch\nRUN ["/no/such/program"]\n' },
    });
    const { status, lines } = await finished(alice, operation);
    expect({ status, isTheOne: lines.includes('the one that was sent') }).toEqual({
      status: 'succeeded',
      isTheOne: true,
    });
  });

  it('begins with an image of this registry that was built here', async () => {
    const base = await startBuild(alice, { name: 'base', tag: '1', dockerfile: BUSYBOX_DOCKERFILE, context });
    expect(await finished(alice, base)).toMatchObject({ status: 'succeeded' });
    const dockerfile = 'FROM alice/base:1\nRUN ["/bin/busybox", "echo", "on top of the base"]\n';
    const second = await startBuild(alice, { dockerfile });
    const { status, error, lines } = await finished(alice, second);
    expect({ status, error, isOnTop: lines.includes('on top of the base') }).toEqual({
      status: 'succeeded',
      error: null,
      isOnTop: true,
    });
    expect((await alice.get(`/images/${second.image_id}/build`)).body).toMatchObject({
      bases: [{ reference: 'alice/base:1', digest: DIGEST }],
    });
  });

  it('leaves nothing of a build that fails but its image, which tells the line', async () => {
    await leavingNothingOnceSwept(api, async () => {
      const dockerfile = `${BUSYBOX_DOCKERFILE}RUN ["/bin/busybox", "false"]\n`;
      const { id, image_id } = await startBuild(alice, { dockerfile, context });
      const { status, error } = await finished(alice, { id });
      expect({ status, error }).toEqual({
        status: 'failed',
        error: expect.stringMatching(/line 3.*exit code 1/i) as string,
      });
      expect((await alice.get(`/images/${image_id}`)).body).toMatchObject({ status: 'failed', status_reason: error });
      expectStatus(await alice.delete(`/images/${image_id}`), 204);
    });
  });

  it('leaves nothing once an image that was built is deleted', async () => {
    await leavingNothingOnceSwept(api, async () => {
      const { id, image_id } = await startBuild(alice, { dockerfile: BUSYBOX_DOCKERFILE, context });
      expect(await finished(alice, { id })).toMatchObject({ status: 'succeeded' });
      expectStatus(await alice.delete(`/images/${image_id}`), 204);
    });
  });

  it('makes the same disk of the same input', async () => {
    const digests: unknown[] = [];
    for (const name of ['twin', 'other-twin']) {
      const { id, image_id } = await startBuild(alice, { name, dockerfile: BUSYBOX_DOCKERFILE, context });
      expect(await finished(alice, { id })).toMatchObject({ status: 'succeeded' });
      digests.push(((await alice.get(`/images/${image_id}`)).body as { sha256: string }).sha256);
    }
    expect(digests[0]).toEqual(digests[1]);
  });

  it('stops a build that is cancelled, and can try it again', async () => {
    const dockerfile = `${BUSYBOX_DOCKERFILE}RUN ["/bin/busybox", "sh", "-c", "echo begun; exec /bin/busybox sleep 3600"]\n`;
    const operation = await startBuild(alice, { dockerfile, context });
    const log = await alice.send('GET', `/operations/${operation.id}/logs`, { headers: { Accept: 'text/plain' } });
    for await (const piece of log.body as AsyncIterable<Uint8Array>) {
      if (Buffer.from(piece).includes('begun\n')) break;
    }
    expectStatus(await alice.post(`/operations/${operation.id}/cancel`, {}), 202);
    expect(await finished(alice, operation)).toMatchObject({ status: 'cancelled', error: 'It was cancelled' });
    expectStatus(await alice.post(`/operations/${operation.id}/retry`, {}), 202);
    expectStatus(await alice.post(`/operations/${operation.id}/cancel`, {}), 202);
    expect(await finished(alice, operation)).toMatchObject({ status: 'cancelled' });
  });
});
