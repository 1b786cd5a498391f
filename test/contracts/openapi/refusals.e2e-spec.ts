import { SCOPES } from '#kernel';
import { operationsOf } from '../../../apps/api/src/openapi/operations-of.js';
import { startTestApi, type TestApi } from '../../support/api.js';
import { mintToken } from '../../support/builders.js';
import { DescribedApi } from '../../support/described-api.js';
import { NativeClient } from '../../support/native-client.js';

const described = await DescribedApi.committed();

/** What every operation does alike; the rest is told by the stories beside this file. */
describe('refusals', () => {
  let api: TestApi;
  let admin: NativeClient;
  beforeAll(async () => {
    api = await startTestApi();
    ({ admin } = api);
  });
  afterAll(() => api.close());

  const withJson = operationsOf(described.document)
    .map(({ operation }) => operation.operationId ?? '')
    .filter((id) => described.jsonExample(id) !== undefined && id !== 'pushImage'); // whose 413 is about the file

  const guarded = operationsOf(described.document).filter(({ operation }) => operation.security?.length !== 0);

  it.each(guarded.map(({ operation }) => operation.operationId ?? ''))(
    'of a bad token, and of one without the scope, are the described ones: %s',
    async (id) => {
      await described.answersItsExample(new NativeClient(api.url, 'forged'), id, 401);
      const scope = (described.contract.operation(id).operation as { 'x-scope'?: string })['x-scope'];
      if (scope === undefined) return;
      const others = await mintToken(
        admin,
        SCOPES.filter((one) => one !== scope),
      );
      expect((await described.call(new NativeClient(api.url, others), id)).status).toBe(403);
    },
  );

  it.each(withJson)('of a body that is too large are the described ones: %s', async (id) => {
    await described.answersItsExample(admin, id, 413, { json: { x: 'x'.repeat(300_000) } });
  });

  it('leave no answer unseen but that to too large an image', () => {
    expect(described.unrefused()).toEqual(['pushImage 413']);
  });
});
