import pg from 'pg';
import { OperationMoves } from '#domain/operations';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { auditEvents } from '../../../support/audit-trail.js';
import { distinctImage, newUser, type TestUser } from '../../../support/builders.js';
import { finished, reaching, startDownload } from '../../../support/downloads.js';
import { eventually } from '../../../support/eventually.js';
import { cancelledBody, MOMENT, NOWHERE, operationBody } from '../../../support/operation-body.js';
import { MANAGERS, newScene, newTeamScene, READERS, STRANGERS } from '../../../support/operation-callers.js';
import { Origin } from '../../../support/origin.js';
import { answer, file } from '../../../support/origin-behaviours.js';
import { CONSISTENT, findInconsistencies } from '../../../support/store-consistency.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };

describe('POST /operations/:id/cancel, while nobody works on it', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  it('ends it at once, and its image with it', async () => {
    const operation = await startDownload(alice, NOWHERE);
    const { status, body } = await alice.post(`/operations/${operation.id}/cancel`);
    expect({ status, body }).toEqual({ status: 202, body: cancelledBody(alice, operation) });
    expect((await alice.get(`/images/${operation.image_id}`)).body).toMatchObject({
      status: 'failed',
      status_reason: 'It was cancelled',
      download: { source: NOWHERE, error: 'It was cancelled', started_at: null, finished_at: MOMENT },
    });
  });

  it('is noted in the audit trail', async () => {
    const operation = await startDownload(alice, NOWHERE);
    await alice.post(`/operations/${operation.id}/cancel`);
    const { body } = await alice.get(`/operations/${operation.id}`);
    expect(await auditEvents(api.admin, 'action=operation.cancel&limit=1')).toMatchObject([
      {
        actor: 'alice',
        outcome: 'allowed',
        target: { kind: 'operation', id: operation.id, name: `download ${(body as { image: string }).image}` },
      },
    ]);
  });

  it('answers 409 to one that was cancelled', async () => {
    const operation = await startDownload(alice, NOWHERE);
    await alice.post(`/operations/${operation.id}/cancel`);
    expect(await alice.post(`/operations/${operation.id}/cancel`)).toMatchObject({
      status: 409,
      body: { message: 'The operation has been cancelled already; there is nothing to cancel' },
    });
  });

  it.each(MANAGERS)('obeys %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    expect((await (await caller(scene)).post(`/operations/${scene.operation.id}/cancel`)).status).toBe(202);
  });

  it.each(READERS)('answers 403 to %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    const { status, body } = await (await caller(scene)).post(`/operations/${scene.operation.id}/cancel`);
    expect({ status, body }).toEqual({
      status: 403,
      body: { message: 'You can see this operation, but have no role with image:write on its image' },
    });
    expect((await scene.owner.get(`/operations/${scene.operation.id}`)).body).toMatchObject({ status: 'queued' });
  });

  it.each(STRANGERS)('answers 404 to %s', async (_, caller) => {
    const scene = await newScene(api.admin, 'public');
    const stranger = await caller(scene);
    expect(await stranger.post(`/operations/${scene.operation.id}/cancel`)).toMatchObject(NOT_FOUND);
    expect((await scene.owner.get(`/operations/${scene.operation.id}`)).body).toMatchObject({ status: 'queued' });
  });

  it('obeys the members of the team that owns the image', async () => {
    const { operation, member } = await newTeamScene(api.admin);
    expect((await member.post(`/operations/${operation.id}/cancel`)).status).toBe(202);
  });

  it('answers 404 where there is none', async () => {
    expect(await alice.post('/operations/2147483647/cancel')).toMatchObject(NOT_FOUND);
  });

  it('answers 404 where the image is deleted at the same moment, and holds up neither', async () => {
    const operation = await startDownload(alice, NOWHERE);
    const deleter = new pg.Client(api.databaseUrl);
    await deleter.connect();
    await deleter.query('BEGIN');
    await deleter.query('SELECT FROM images WHERE id = $1 FOR UPDATE', [operation.image_id]);
    const cancelling = alice.post(`/operations/${operation.id}/cancel`);
    await eventually(async () => {
      const { rows } = await deleter.query('SELECT FROM pg_locks WHERE NOT granted');
      expect(rows).not.toEqual([]);
    });
    await deleter.query('DELETE FROM images WHERE id = $1', [operation.image_id]);
    await deleter.query('COMMIT');
    await deleter.end();
    expect(await cancelling).toMatchObject(NOT_FOUND);
  });

  it('holds for an attempt that fails at the same moment: nobody tries it again', async () => {
    const operation = await startDownload(alice, NOWHERE);
    const moves = api.app.get(OperationMoves, { strict: false });
    const claimed = await moves.begin(operation.id);
    if (!claimed) throw new Error('it was not queued');
    expect(await alice.post(`/operations/${operation.id}/cancel`)).toMatchObject({
      status: 202,
      body: { status: 'running', cancel_requested_at: MOMENT },
    });
    await moves.putBack(claimed, { after: new Date(), error: 'the line broke', isFree: false });
    const { body } = await alice.get(`/operations/${operation.id}`);
    const times = { cancel_requested_at: MOMENT, started_at: MOMENT, finished_at: MOMENT };
    expect(body).toEqual(
      operationBody(alice, operation, { status: 'cancelled', attempts: 1, error: 'It was cancelled', ...times }),
    );
    expect((await alice.get(`/images/${operation.image_id}`)).body).toMatchObject({ status: 'failed' });
  });
});

describe('POST /operations/:id/cancel, while it is worked on', () => {
  const bytes = distinctImage('cancelled');
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

  it('makes its worker stop, which leaves nothing of the bytes, and its log says so', async () => {
    origin.on('/slow', file(bytes, { stallAfter: () => 1000 }));
    const operation = await startDownload(alice, origin.url('/slow'));
    await eventually(() => expect(origin.requests).toHaveLength(1));
    const cancelled = await alice.post(`/operations/${operation.id}/cancel`);
    expect(cancelled).toMatchObject({ status: 202, body: { id: operation.id, cancel_requested_at: MOMENT } });
    const { lines, ...ended } = await finished(alice, operation);
    expect(ended).toMatchObject({ status: 'cancelled', error: 'It was cancelled', attempts: 1, finished_at: MOMENT });
    expect(lines.at(-1)).toBe('It was cancelled');
    await eventually(() => expect(origin.open).toBe(0));
    await eventually(async () => expect(await findInconsistencies(api)).toEqual(CONSISTENT));
  });

  it.each([
    ['succeeded', file(bytes)],
    ['failed', answer(404)],
  ])('answers 409 to one that has %s', async (status, behaviour) => {
    origin.on('/ended', behaviour);
    const operation = await startDownload(alice, origin.url('/ended'));
    expect(await finished(alice, operation)).toMatchObject({ status });
    expect(await alice.post(`/operations/${operation.id}/cancel`)).toMatchObject({
      status: 409,
      body: { message: `The operation has ${status} already; there is nothing to cancel` },
    });
  });
});
