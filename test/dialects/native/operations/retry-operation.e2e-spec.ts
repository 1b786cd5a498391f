import { startTestApi, type TestApi } from '../../../support/api.js';
import { auditEvents } from '../../../support/audit-trail.js';
import { distinctImage, newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { finished, newEndedDownload, readLog, reaching, startDownload } from '../../../support/downloads.js';
import { eventually } from '../../../support/eventually.js';
import { MOMENT, NOWHERE, operationBody } from '../../../support/operation-body.js';
import { MANAGERS, newScene, newTeamScene, READERS, STRANGERS } from '../../../support/operation-callers.js';
import { Origin } from '../../../support/origin.js';
import { answer, file, hangUp } from '../../../support/origin-behaviours.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('POST /operations/:id/retry', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  it('begins it anew, and its image waits again', async () => {
    const operation = await newEndedDownload(alice);
    const { status, body } = await alice.post(`/operations/${operation.id}/retry`);
    expect({ status, body }).toEqual({ status: 202, body: operationBody(alice, operation) });
    expect((await alice.get(`/images/${operation.image_id}`)).body).toMatchObject({
      status: 'pending',
      status_reason: null,
      download: { source: NOWHERE, error: null, started_at: null, finished_at: null },
    });
  });

  it('is noted in the audit trail', async () => {
    const operation = await newEndedDownload(alice);
    await alice.post(`/operations/${operation.id}/retry`);
    expect(await auditEvents(api.admin, 'action=operation.retry&limit=1')).toMatchObject([
      { actor: 'alice', outcome: 'allowed', target: { kind: 'operation', id: operation.id } },
    ]);
  });

  it('answers 409 to one that waits already', async () => {
    const operation = await startDownload(alice, NOWHERE);
    expect(await alice.post(`/operations/${operation.id}/retry`)).toMatchObject({
      status: 409,
      body: { message: 'Only an operation that failed or was cancelled can be retried; this one is queued' },
    });
  });

  it('does it once for two who ask at once', async () => {
    const operation = await newEndedDownload(alice);
    const answers = await Promise.all([1, 2].map(() => alice.post(`/operations/${operation.id}/retry`)));
    expect(answers.map(({ status }) => status).sort()).toEqual([202, 409]);
  });

  it('answers 404 once the name was given to another image', async () => {
    const name = unique('given');
    const operation = await startDownload(alice, NOWHERE, { name });
    await alice.post(`/operations/${operation.id}/cancel`);
    await pushImage(alice, `name=${name}`);
    expect(await alice.post(`/operations/${operation.id}/retry`)).toMatchObject(NOT_FOUND);
  });

  it.each(MANAGERS)('obeys %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    await scene.owner.post(`/operations/${scene.operation.id}/cancel`);
    expect((await (await caller(scene)).post(`/operations/${scene.operation.id}/retry`)).status).toBe(202);
  });

  it.each(READERS)('answers 403 to %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    await scene.owner.post(`/operations/${scene.operation.id}/cancel`);
    const { status, body } = await (await caller(scene)).post(`/operations/${scene.operation.id}/retry`);
    expect({ status, body }).toEqual({
      status: 403,
      body: { message: 'You can see this operation, but have no role with image:write on its image' },
    });
  });

  it.each(STRANGERS)('answers 404 to %s', async (_, caller) => {
    const scene = await newScene(api.admin, 'public');
    await scene.owner.post(`/operations/${scene.operation.id}/cancel`);
    const stranger = await caller(scene);
    expect(await stranger.post(`/operations/${scene.operation.id}/retry`)).toMatchObject(NOT_FOUND);
  });

  it('obeys the members of the team that owns the image', async () => {
    const { operation, member } = await newTeamScene(api.admin);
    await member.post(`/operations/${operation.id}/cancel`);
    expect((await member.post(`/operations/${operation.id}/retry`)).status).toBe(202);
  });

  it('answers 404 where there is none', async () => {
    expect(await alice.post('/operations/2147483647/retry')).toMatchObject(NOT_FOUND);
  });
});

describe('POST /operations/:id/retry, where somebody works', () => {
  const bytes = distinctImage('retried');
  let origin: Origin;
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    origin = await Origin.start();
    api = await startTestApi({ works: true, env: reaching(origin.port) });
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(async () => {
    await api.close();
    await origin.close();
  });

  it('succeeds once the other server does, and the log goes on where it was', async () => {
    origin.on('/mended', answer(404));
    const operation = await startDownload(alice, origin.url('/mended'));
    const first = await finished(alice, operation);
    expect(first).toMatchObject({ status: 'failed', attempts: 1 });

    origin.on('/mended', file(bytes));
    expect((await alice.post(`/operations/${operation.id}/retry`)).status).toBe(202);
    const second = await finished(alice, operation);
    expect(second).toMatchObject({ status: 'succeeded', attempts: 1, error: null, percent: 100, finished_at: MOMENT });
    expect(second.lines.slice(0, first.lines.length)).toEqual(first.lines);
    expect(await readLog(alice, operation.id, `?offset=${first.lines.length}`)).toEqual([
      `Downloading ${origin.url('/mended')}`,
      `It has ${bytes.length} bytes`,
      expect.stringMatching(/^Received \d+ bytes/),
    ]);
    expect(await alice.pull(`/images/${operation.image_id}/file`)).toEqual(bytes);
    expect(await alice.post(`/operations/${operation.id}/retry`)).toMatchObject({
      status: 409,
      body: { message: 'Only an operation that failed or was cancelled can be retried; this one is succeeded' },
    });
  });

  it('answers 409 to one that is worked on', async () => {
    origin.on('/slow', file(bytes, { stallAfter: () => 100 }));
    const operation = await startDownload(alice, origin.url('/slow'));
    await eventually(async () => {
      expect((await alice.get(`/operations/${operation.id}`)).body).toMatchObject({ status: 'running' });
    });
    expect(await alice.post(`/operations/${operation.id}/retry`)).toMatchObject({
      status: 409,
      body: { message: 'Only an operation that failed or was cancelled can be retried; this one is running' },
    });
    await alice.post(`/operations/${operation.id}/cancel`);
    expect(await finished(alice, operation)).toMatchObject({ status: 'cancelled' });
  });

  it('has all its attempts again', async () => {
    origin.on('/broken', hangUp());
    const operation = await startDownload(alice, origin.url('/broken'));
    const failed = await finished(alice, operation);
    expect(failed).toMatchObject({ status: 'failed', attempts: 2, max_attempts: 2 });
    expect(failed.lines).toContain('Attempt 2 of 2');
    await alice.post(`/operations/${operation.id}/retry`);
    const again = await finished(alice, operation);
    expect(again).toMatchObject({ status: 'failed', attempts: 2 });
    expect(again.lines.filter((line) => line === 'Attempt 2 of 2')).toHaveLength(2);
  });
});
