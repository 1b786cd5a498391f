import { createHash } from 'node:crypto';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { mintToken, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { type BuildForm, postBuild, tarOf } from '../../../support/builds.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { file, FORM_TYPE, formBody, words } from '../../../support/multipart.js';
import { NativeClient } from '../../../support/native-client.js';

const SCRATCH = 'FROM scratch\nLABEL a=b\n';

describe('POST /images with a Dockerfile, refused at once', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi({
      env: { WORKER_CONCURRENCY: '0', BUILD_CONTEXT_BYTES: '64KiB', BUILD_REGISTRIES: 'quay.io' },
    });
    alice = await newUser(api.admin, 'alice');
    await pushImage(alice, 'name=pushed');
  });
  afterAll(() => api.close());

  it.each<[string, BuildForm, object]>([
    [
      'a Dockerfile without FROM',
      { dockerfile: 'RUN true\n' },
      { dockerfile: ['Line 1: RUN stands before the first FROM', 'the Dockerfile has no FROM'] },
    ],
    [
      'a base that is not there',
      { dockerfile: 'FROM alice/nothing:1\n' },
      { dockerfile: ['Line 1: there is no image alice/nothing:1 that you may read'] },
    ],
    [
      'a base that was pushed',
      { dockerfile: 'FROM alice/pushed\n' },
      { dockerfile: ['Line 1: alice/pushed is no base: only an image that was built here has a root filesystem'] },
    ],
    [
      'a registry that the operator does not allow, and another line',
      { dockerfile: 'FROM debian:12 AS one\nFROM quay.io/a/b\nCOPY --from=ghcr.io/x/y /a /b\n' },
      {
        dockerfile: [
          'Line 1: debian:12 is an image of docker.io, but here only quay.io may be used; the operator’s setting is BUILD_REGISTRIES',
          'Line 3: ghcr.io/x/y is an image of ghcr.io, but here only quay.io may be used; the operator’s setting is BUILD_REGISTRIES',
        ],
      },
    ],
    [
      'a file of the network, which builds have not',
      { dockerfile: 'FROM scratch\nADD https://example.com/a?token=secret /\nADD https://example.com/b /\n' },
      {
        dockerfile: [
          'Line 2: ADD https://example.com/a?token=xxxxx needs the network, which builds here have not; put the file into the context. The operator’s setting is BUILD_NETWORK',
          'Line 3: ADD https://example.com/b needs the network, which builds here have not; put the file into the context. The operator’s setting is BUILD_NETWORK',
        ],
      },
    ],
    ['options that are no JSON', { dockerfile: SCRATCH, build: '{' }, { build: ['Build must be JSON'] }],
    ['options that are no object', { dockerfile: SCRATCH, build: [] }, { build: ['Build must be a JSON object'] }],
    [
      'options of all kinds that are wrong',
      {
        dockerfile: SCRATCH,
        build: { disk: { filesystem: 'zfs' }, args: { A: 1 }, target: '-', boot_test: 7, network: true },
      },
      {
        build: [
          'Build.network should not exist; there are: disk, args, target, boot_test',
          'Build.disk: filesystem must be one of ext4, squashfs, xfs',
          'Build.args must be an object of texts by name, each of at most 4096 characters',
          'Build.target must be the name of a stage',
          'Build.boot_test must be true, false or an object',
        ],
      },
    ],
    ['a name that is none', { name: '../x', dockerfile: SCRATCH }, { name: [expect.any(String)] }],
    ['a name that is taken', { name: 'pushed', dockerfile: SCRATCH }, { name: ['Name already exists'] }],
  ])('%s', async (_, form, body) => {
    await leavingNothing(api, async () => {
      const answer = await postBuild(alice, form);
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 400, body });
    });
  });

  it('a context that is too large', async () => {
    await leavingNothing(api, async () => {
      const answer = await postBuild(alice, { dockerfile: SCRATCH, context: Buffer.alloc(65_537) });
      expect({ status: answer.status, body: answer.body }).toEqual({
        status: 413,
        body: { message: 'The build context is too large: at most 65536 bytes are taken here' },
      });
    });
  });

  it('a context of some size that nobody reads, and then takes the next request on the same connection', async () => {
    const context = Buffer.alloc(4 * 2 ** 20);
    for (let nth = 0; nth < 3; nth += 1) {
      const answer = await leavingNothing(api, () => postBuild(alice, { dockerfile: 'RUN true\n', context }));
      expect(answer.status).toBe(400);
    }
  });

  it('a context without a Dockerfile before it', async () => {
    const form = formBody(...words({ name: unique('built') }), { name: 'build_context', value: Buffer.alloc(1024) });
    const answer = await leavingNothing(api, () => alice.push('', form, { 'Content-Type': FORM_TYPE }));
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 400,
      body: { dockerfile: ['Dockerfile field required, before build_context'] },
    });
  });

  it('a Dockerfile with an image', async () => {
    const form = formBody(...words({ name: unique('built'), dockerfile: SCRATCH }), file(Buffer.alloc(1024)));
    const answer = await leavingNothing(api, () => alice.push('', form, { 'Content-Type': FORM_TYPE }));
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 400,
      body: { file: ['An image is either pushed or built: send file, or dockerfile and build_context'] },
    });
  });

  it('a Dockerfile over 1 MiB', async () => {
    const answer = await leavingNothing(api, () => postBuild(alice, { dockerfile: `#${'x'.repeat(2 ** 20)}` }));
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 400,
      body: { dockerfile: ['dockerfile is too long: it may have 1048576 bytes'] },
    });
  });

  it('a token without image:build, which then hears which scope it lacks', async () => {
    const token = new NativeClient(api.url, await mintToken(alice, ['image:write', 'image:read']));
    const answer = await leavingNothing(api, () => postBuild(token, { dockerfile: SCRATCH }));
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 403,
      body: { message: 'Your token does not have the scope image:build' },
    });
    expect(answer.headers.get('www-authenticate')).toBe(
      'Bearer realm="Diskyard", error="insufficient_scope", scope="image:build"',
    );
  });

  it('takes a Dockerfile that comes as a file, as curl sends it', async () => {
    const context = { name: 'build_context', value: await tarOf({ file: 'x' }) };
    const dockerfile = { name: 'dockerfile', value: Buffer.from(SCRATCH) };
    const form = formBody(...words({ name: 'from-file' }), dockerfile, ...words({ build: '{}' }), context);
    const answer = await alice.push('', form, { 'Content-Type': FORM_TYPE });
    const { id } = answer.body as { id: number };
    expect({ status: answer.status, build: (await alice.get(`/images/${id}/build`)).body }).toEqual({
      status: 202,
      build: {
        image_id: id,
        dockerfile: SCRATCH,
        context: { sha256: createHash('sha256').update(context.value).digest('hex'), size: context.value.length },
        options: { disk: { filesystem: 'ext4', partitioning: 'gpt', architecture: 'x86_64' }, args: {} },
        bases: null,
        builder: null,
      },
    });
  });

  it('says of an image that was not built that it was not', async () => {
    const answer = await alice.get('/images/alice%2Fpushed:latest/build');
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 404,
      body: { message: 'The image was not built here, or how it was is not yours to see' },
    });
  });

  it('shows nobody how an image was built because it is public', async () => {
    const bob = await newUser(api.admin, 'bob');
    const { body } = await postBuild(alice, { dockerfile: 'FROM scratch\nLABEL secret=word\n' });
    const { id } = body as { id: number };
    expect((await alice.patch(`/images/${id}`, { visibility: 'public' })).status).toBe(200);
    expect((await bob.get(`/images/${id}`)).status).toBe(200);
    const answer = await bob.get(`/images/${id}/build`);
    expect({ status: answer.status, body: answer.body }).toEqual({
      status: 404,
      body: { message: 'The image was not built here, or how it was is not yours to see' },
    });
  });
});
