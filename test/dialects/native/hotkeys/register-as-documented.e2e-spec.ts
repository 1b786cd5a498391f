import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { promisify } from 'node:util';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser } from '../../../support/builders.js';
import { Hotkey } from '../../../support/hotkeys.js';

const ROOT = resolve(import.meta.dirname, '../../../..');

describe('the example in docs/permissions.md', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await startTestApi();
  });
  afterAll(() => api.close());

  it('registers a hotkey', async () => {
    const page = await readFile(resolve(ROOT, 'docs/permissions.md'), 'utf8');
    const [, code = ''] = /```js\n(.*?)```/s.exec(page) ?? [];
    const [alice, seed] = [await newUser(api.admin, 'alice'), Buffer.alloc(32, 0x11)];
    const { address } = new Hotkey(seed);
    const env = { SERVER: api.url, TOKEN: alice.token, USERNAME: 'alice', HOTKEY: address, SEED: seed.toString('hex') };
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', code], { cwd: ROOT, env });
    expect((await run).stdout).toMatch(/^201 \{/);
    expect((await alice.get('/user/hotkeys')).body).toMatchObject([{ hotkey: address }]);
  });
});
