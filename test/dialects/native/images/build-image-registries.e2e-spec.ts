import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Registry } from '../../../platform/image-builder/registry.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { startBuild } from '../../../support/builds.js';
import { finished } from '../../../support/downloads.js';
import { eventually } from '../../../support/eventually.js';
import { MOMENT, operationBody } from '../../../support/operation-body.js';

/** For which buildah looks by itself, and the build's first steps. */
const FIRST_ATTEMPT_MS = 40_000;

describe('POST /images with a Dockerfile that begins with an image of another registry', () => {
  let dir: string;
  let registry: Registry;
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'registry-'));
    registry = await Registry.start(join(dir, 'files'));
    const env = { BUILD_REGISTRIES: `http://${registry.host}`, OPERATION_RETRY_SECONDS: '8' };
    api = await startTestApi({ works: true, env });
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(async () => {
    await api.close();
    await registry.stop();
    await rm(dir, { recursive: true });
  });

  it('waits while the registry is away, and goes on when it is there', async () => {
    const digest = await registry.put('far/away', '2');
    const reference = `${registry.host}/far/away:2`;
    await registry.stop();
    const operation = await startBuild(alice, { name: 'patient', dockerfile: `FROM ${reference}\n` });
    const error = expect.stringMatching(
      new RegExp(`^The image ${reference} cannot be had: .*: connection refused$`),
    ) as string;
    const waiting = {
      kind: 'build',
      image: 'alice/patient:latest',
      source: null,
      attempts: 1,
      error,
      started_at: MOMENT,
    };
    await eventually(async () => {
      const { body } = await alice.get(`/operations/${operation.id}`);
      expect(body).toEqual(operationBody(alice, operation, waiting));
    }, FIRST_ATTEMPT_MS);
    expect((await alice.get(`/images/${operation.image_id}`)).body).toMatchObject({
      status: 'pending',
      status_reason: null,
    });
    registry = await Registry.start(join(dir, 'files'), registry.host);
    const ended = await finished(alice, operation);
    expect(ended).toMatchObject({ status: 'succeeded', error: null });
    expect(ended.attempts).toBeGreaterThan(1);
    expect((await alice.get(`/images/${operation.image_id}/build`)).body).toMatchObject({
      bases: [{ reference, digest }],
    });
  });

  it('fails at once where the registry has no such image', async () => {
    const reference = `${registry.host}/far/nowhere:2`;
    const operation = await startBuild(alice, { dockerfile: `FROM ${reference}\n` });
    const ended = await finished(alice, operation);
    const error = expect.stringMatching(new RegExp(`^The image ${reference} cannot be had: .*unknown`)) as string;
    expect(ended).toMatchObject({ status: 'failed', attempts: 1, error });
  });
});
