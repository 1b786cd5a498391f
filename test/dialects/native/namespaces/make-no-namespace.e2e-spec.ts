import { createHash } from 'node:crypto';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { beginPush } from '../../../support/begun-push.js';
import { distinctImage, newUser, pushImage, type TestUser } from '../../../support/builders.js';
import type { Answer } from '../../../support/native-client.js';
import { changingNothing } from '../../../support/whole-state.js';

describe('no namespace is left behind by', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const bytes = distinctImage('fails');
  const query = 'name=disk&namespace=never/to/be';

  /** A request that must be refused and leave everything as it was, down to the last column and file. */
  async function refused(request: () => Promise<Answer>): Promise<{ status: number; body: unknown }> {
    const { status, body } = await changingNothing(api, request);
    return { status, body };
  }

  it.each<[string, () => Promise<Answer>, unknown]>([
    [
      'a bad name',
      () => alice.push('name=-&namespace=never/to/be', bytes),
      { name: ['Name does not match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'] },
    ],
    [
      'a bad tag',
      () => alice.push(`${query}&tag=-`, bytes),
      { tag: ['Tag does not match ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$'] },
    ],
    ['an empty body', () => alice.push(query, Buffer.alloc(0)), { file: ['File field required: the body is empty'] }],
    [
      'no QCOW2',
      () => alice.push(query, Buffer.from('a file of another kind')),
      { file: ['File not a valid QCOW2 file format', expect.stringMatching(/^File refused: magic/)] },
    ],
    ['a QCOW2 that is cut short', () => alice.push(query, bytes.subarray(0, 5000)), { file: [expect.any(String)] }],
    [
      'a digest mismatch',
      () => alice.push(query, bytes, { 'X-Checksum-Sha256': createHash('sha256').update('other').digest('hex') }),
      { file: [expect.stringMatching(/^File has SHA-256/)] },
    ],
    [
      'a JSON body',
      () => alice.post(`/images?${query}`, { name: 'disk', namespace: 'never/to/be' }),
      { download_url: [expect.any(String)] },
    ],
    [
      'a bad level in the path',
      () => alice.push('name=disk&namespace=never/to_be', bytes),
      { namespace: [expect.stringMatching(/^Each name of the namespace must be/)] },
    ],
    [
      'no path at all',
      () => alice.push(`name=disk&namespace=@${alice.username}`, bytes),
      { namespace: [expect.stringMatching(/^Each name of the namespace must be/)] },
    ],
    [
      'a path of 21 levels',
      () => alice.push(`name=disk&namespace=${Array<string>(21).fill('x').join('/')}`, bytes),
      { namespace: ['Namespace cannot exceed depth of 20'] },
    ],
  ])('%s', async (_, push, problems) => {
    expect(await refused(push)).toEqual({ status: 400, body: problems });
  });

  it('a duplicate name below a root that is there', async () => {
    await pushImage(alice, 'name=twice&namespace=there');
    const push = (): Promise<Answer> => alice.push('name=twice&namespace=THERE', bytes);
    expect(await refused(push)).toEqual({ status: 400, body: { name: ['Name already exists'] } });
  });

  it('a change of an image that is refused', async () => {
    const { id } = await pushImage(alice, 'name=mover');
    for (const wrong of [{ name: '-' }, { tag: '' }, { visibility: 'secret' }, { labels: { '': '' } }]) {
      const change = { namespace: 'never/to/be', ...wrong };
      expect((await refused(() => alice.patch(`/images/${id}`, change))).status).toBe(400);
    }
  });

  it('a connection that is cut at any part of the body', async () => {
    for (const sentBytes of [0, 1, 4096, bytes.length - 1]) {
      await changingNothing(api, async () => (await beginPush(alice, query, bytes)).breakOff(sentBytes));
    }
  });

  it('a caller without a token, or without image:write', async () => {
    const push = (): Promise<Answer> => api.anonymous.push('name=disk&namespace=nobody', bytes);
    expect((await refused(push)).status).toBe(401);
    const reader = await newUser(api.admin, undefined, ['image:read', 'namespace:write']);
    expect((await refused(() => reader.push('name=disk&namespace=readers', bytes))).status).toBe(403);
  });
});
