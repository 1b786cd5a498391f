import { readdir } from 'node:fs/promises';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { buildParts, ChutesClient } from '../../../support/chutes-client.js';
import { eventually } from '../../../support/eventually.js';

const MIB = 1024 * 1024;

describe('POST /images/ (Chutes) of more than the server takes', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi({ env: { MAX_IMAGE_BYTES: String(MIB) } });
  });
  afterAll(() => api.close());

  /** Bodies of requests that are kept for now. */
  async function spooled(): Promise<string[]> {
    const names = await readdir(api.storeDir, { recursive: true });
    return names.filter((name) => name.startsWith('bodies/'));
  }

  it.each([
    ['context', 2 * MIB],
    ['body', 18 * MIB],
  ])('refuses a %s, and keeps nothing of it', async (_, length) => {
    const client = new ChutesClient(api.url, api.admin);
    const form = buildParts({ username: 'admin', build_context: Buffer.alloc(length, 'x') });
    const { status, body } = await client.build(form);
    expect({ status, body }).toEqual({ status: 413, body: { detail: expect.stringMatching(/too large/) as string } });
    expect((await client.list()).body).toMatchObject({ total: 0 });
    await eventually(async () => expect(await spooled()).toEqual([]));
  });
});
