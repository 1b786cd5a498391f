import { OperationMoves } from '#domain/operations';
import { startTestApi, type TestApi } from '../support/api.js';
import { expectStatus, newUser, type TestUser } from '../support/builders.js';
import { startDownload, type StartedOperation } from '../support/downloads.js';
import { MOMENT, NOWHERE, operationBody } from '../support/operation-body.js';

const LOST = 'Its worker was lost; it is tried again';

describe('an operation whose worker is lost', () => {
  let api: TestApi;
  let alice: TestUser;
  let moves: OperationMoves;
  let operation: StartedOperation;
  beforeAll(async () => {
    api = await startTestApi({ env: { OPERATION_ATTEMPTS: '2' } });
    alice = await newUser(api.admin);
    moves = api.app.get(OperationMoves, { strict: false });
  });
  beforeEach(async () => {
    operation = await startDownload(alice, NOWHERE);
  });
  afterAll(() => api.close());

  const show = async (): Promise<unknown> => expectStatus(await alice.get(`/operations/${operation.id}`), 200).body;
  const showImage = async (): Promise<unknown> =>
    expectStatus(await alice.get(`/images/${operation.image_id}`), 200).body;

  it('waits for another', async () => {
    await moves.begin(operation.id);
    expect(await showImage()).toMatchObject({ status: 'receiving' });
    expect(await moves.settleLost((id) => id !== operation.id)).toBe(1);
    const changes = { attempts: 1, max_attempts: 2, error: LOST, started_at: MOMENT };
    expect(await show()).toEqual(operationBody(alice, operation, changes));
    expect(await showImage()).toMatchObject({ status: 'pending' });
    expect(await moves.begin(operation.id)).toMatchObject({ id: operation.id, attempts: 2 });
  });

  it('fails once its attempts are used up, and says why', async () => {
    for (const attempt of [1, 2]) {
      expect(await moves.begin(operation.id)).toMatchObject({ attempts: attempt });
      await moves.settleLost((id) => id !== operation.id);
    }
    const error = 'Its worker was lost in attempt 2 of 2; ask the operator to look at the workers’ logs';
    expect(await show()).toMatchObject({ status: 'failed', attempts: 2, error, finished_at: MOMENT });
    expect(await showImage()).toMatchObject({ status: 'failed', status_reason: error });
    expect(await moves.begin(operation.id)).toBeNull();
  });

  it('is cancelled where somebody asked for that before', async () => {
    await moves.begin(operation.id);
    expectStatus(await alice.post(`/operations/${operation.id}/cancel`), 202);
    await moves.settleLost((id) => id !== operation.id);
    expect(await show()).toMatchObject({ status: 'cancelled', error: 'It was cancelled', finished_at: MOMENT });
    expect(await showImage()).toMatchObject({ status: 'failed' });
  });

  it('is not taken from a process that lives and works on it, or begins to at this very moment', async () => {
    await moves.begin(operation.id);
    expect(await moves.settleLost(() => true)).toBe(0);
    let isAsked = false;
    const learnsOfItMeanwhile = (id: number): boolean => {
      if (id !== operation.id || isAsked) return true;
      isAsked = true;
      return false;
    };
    expect(await moves.settleLost(learnsOfItMeanwhile)).toBe(0);
    expect(await show()).toMatchObject({ status: 'running', attempts: 1, error: null });
  });

  it('cannot be ended by the lost one once another has it', async () => {
    const lost = await moves.begin(operation.id);
    await moves.settleLost((id) => id !== operation.id);
    await moves.begin(operation.id);
    if (!lost) throw new Error('it was not queued');
    const end = moves.succeed(lost, () => Promise.resolve());
    await expect(end).rejects.toThrow('The operation was given to another worker, or its image was deleted');
    await moves.fail(lost, 'failed', 'of a ghost');
    await moves.putBack(lost, { after: new Date(), error: 'of a ghost', isFree: false });
    expect(await show()).toMatchObject({ status: 'running', attempts: 2, error: null });
  });
});
