import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser, withScopes } from '../../../support/builders.js';
import { moveBuild } from '../../../support/build-moves.js';
import { chutesBody } from '../../../support/chutes-body.js';
import { buildParts, ChutesClient, type ChutesPart } from '../../../support/chutes-client.js';
import { interleave } from '../../../support/interleave.js';

describe('POST /images/ (Chutes)', () => {
  let api: TestApi;
  let bob: TestUser;
  let chutes: ChutesClient;
  beforeAll(async () => {
    api = await startTestApi();
    bob = await newUser(api.admin, 'bob');
    chutes = new ChutesClient(api.url, bob);
    await pushImage(bob, 'name=taken&tag=1.0');
  });
  afterAll(() => api.close());

  const parts = (fields: Parameters<typeof buildParts>[0] = {}): ChutesPart[] =>
    buildParts({ username: 'bob', ...fields });

  it('takes what the SDK sends: 202 and the whole image, whose id is the one the SDK has made itself', async () => {
    const { status, headers, body } = await chutes.build(parts({ readme: '# Demo' }));
    expect({ status, body }).toEqual({ status: 202, body: chutesBody('bob/demo:1.0', { readme: '# Demo' }) });
    expect(body).toMatchObject({ image_id: 'ff1ac278-f85f-5aff-af56-0ed86b18891e' });
    expect(headers['content-type']).toBe('application/json; charset=utf-8');
    expect((await chutes.get('bob/demo:1.0')).body).toEqual(body);
    const native = await bob.get('/images/bob%2Fdemo:1.0');
    expect(native.body).toMatchObject({ reference: 'bob/demo:1.0', status: 'pending', visibility: 'private' });
    const [operation] = (await bob.get(`/images/${(native.body as { id: number }).id}/operations`)).body as object[];
    expect(operation).toMatchObject({ kind: 'build', status: 'queued' });
  });

  it('takes the parts in any order, the context first', async () => {
    const { status, body } = await chutes.build(parts({ name: 'reversed' }).reverse());
    expect({ status, body }).toEqual({ status: 202, body: chutesBody('bob/reversed:1.0') });
  });

  it('keeps what it is for, and makes it public, where it says so', async () => {
    const { status, body } = await chutes.build(parts({ name: 'open', public: 'True', compute_type: 'cpu' }));
    const expected = chutesBody('bob/open:1.0', { public: true, compute_type: 'cpu' });
    expect({ status, body }).toEqual({ status: 202, body: expected });
  });

  it('makes a namespace of what stands before a slash', async () => {
    const { status, body } = await chutes.build(parts({ name: 'team/demo' }));
    expect({ status, body }).toEqual({ status: 202, body: chutesBody('bob/team/demo:1.0') });
    expect((await bob.get('/images/bob%2Fteam%2Fdemo:1.0')).status).toBe(200);
  });

  it('is also at /chutes/images, without the slash, and for clients that do not say their version', async () => {
    const form = new FormData();
    for (const { name, value } of parts({ name: 'plain' })) {
      form.set(name, typeof value === 'string' ? value : new Blob([Uint8Array.from(value)]));
    }
    const { status, body } = await bob.call('POST', '/chutes/images', { raw: form });
    expect({ status, body }).toEqual({ status: 202, body: chutesBody('bob/plain:1.0', { chutes_version: null }) });
  });

  it.each([
    ['the same', 'taken'],
    ['one that differs in case alone', 'Taken'],
  ])('refuses a reference that an image has: %s', async (_, name) => {
    const { status, body } = await chutes.build(parts({ name }));
    const detail = `Image bob/${name}:1.0 already exists; delete it first`;
    expect({ status, body }).toEqual({ status: 409, body: { detail } });
  });

  it('refuses one of two references that differ in case alone and are asked for at the same moment', async () => {
    const answers = await interleave(
      api,
      () => chutes.build(parts({ name: 'Racer' })),
      () => chutes.build(parts({ name: 'racer' })),
    );
    const [winner, loser] = answers[0]?.status === 202 ? ['Racer', 'racer'] : ['racer', 'Racer'];
    const detail = `Image bob/${loser}:1.0 already exists; delete it first`;
    expect(answers.map(({ status, body }) => ({ status, body })).sort((a, b) => a.status - b.status)).toEqual([
      { status: 202, body: chutesBody(`bob/${winner}:1.0`) },
      { status: 409, body: { detail } },
    ]);
    expect((await bob.get(`/images/bob%2F${loser}:1.0`)).status).toBe(404);
  });

  it('refuses the reference of a build that failed, until that is deleted', async () => {
    const form = parts({ name: 'again' });
    await chutes.build(form);
    await moveBuild(api, 'again', 'failed', 'it failed');
    const detail = 'Image bob/again:1.0 already exists; delete it first';
    expect(await chutes.build(form)).toMatchObject({ status: 409, body: { detail } });
    await chutes.delete('bob/again:1.0');
    expect((await chutes.build(form)).status).toBe(202);
  });

  it('refuses another user’s name', async () => {
    const { status, headers, body } = await chutes.build(parts({ username: 'Bob' }));
    expect({ status, body }).toEqual({ status: 401, body: { detail: 'Images are built for bob, who asks' } });
    expect(headers['www-authenticate']).toBeUndefined();
  });

  it.each([
    ['0.3.60', 400],
    ['0.3', 400],
    ['0.3.61', 202],
    ['1.0.0', 202],
  ])('answers version %s with %i', async (version, expected) => {
    const name = `version-${version}`;
    const { status, body } = await chutes.build(parts({ name }), { 'X-Chutes-Version': version });
    expect(status).toBe(expected);
    const detail = 'Chutes 0.3.61 or newer is needed to build here: upgrade it';
    if (expected === 400) expect(body).toEqual({ detail });
    expect((await chutes.get(`bob/${name}:1.0`)).status).toBe(expected === 400 ? 404 : 200);
  });

  it('demands the scope image:build, and answers 401 without', async () => {
    const reader = await withScopes(bob, 'image:read', 'image:write');
    const { status, headers, body } = await new ChutesClient(api.url, reader).build(parts({ name: 'scopeless' }));
    const detail = 'Your token does not have the scope image:build';
    expect({ status, body }).toEqual({ status: 401, body: { detail } });
    expect(headers['www-authenticate']).toBeUndefined();
  });

  it('demands a credential, before it looks at the form', async () => {
    const { status, body } = await new ChutesClient(api.url, { token: undefined }).build([]);
    expect(status).toBe(401);
    expect(body).toEqual({ detail: expect.any(String) as string });
  });

  describe('a form that is wrong', () => {
    const missing = (name: string): object => ({
      type: 'missing',
      loc: ['body', name],
      msg: 'Field required',
      input: null,
    });
    const required = ['username', 'name', 'tag', 'readme', 'dockerfile', 'public', 'logo_id', 'wait', 'image'];

    it('hears of every field that is missing', async () => {
      const { status, body } = await chutes.build([{ name: 'unknown', value: 'x' }]);
      expect({ status, body }).toEqual({ status: 422, body: { detail: [...required, 'build_context'].map(missing) } });
    });

    it('that is none is one without fields', async () => {
      const answer = await chutes.post(Buffer.from('name=x'), { 'Content-Type': 'application/x-www-form-urlencoded' });
      expect(answer).toMatchObject({ status: 422, body: { detail: [...required, 'build_context'].map(missing) } });
    });

    it.each([
      ['name', 'ab'],
      ['name', '-demo'],
      ['name', 'demo\n'],
      ['name', 'x'.repeat(66)],
      ['tag', '1'],
      ['tag', '1.0\n'],
      ['tag', 'x'.repeat(34)],
    ])('names a %s that does not match: %j', async (name, value) => {
      const pattern = name === 'name' ? '^[a-z0-9][a-z0-9_./-]{2,64}$' : '^[a-z0-9][a-z0-9_./-]{1,32}$';
      const { status, body } = await chutes.build(parts({ [name]: value }));
      const item = {
        type: 'string_pattern_mismatch',
        loc: ['body', name],
        msg: `String should match pattern '${pattern}'`,
        input: value,
        ctx: { pattern },
      };
      expect({ status, body }).toEqual({ status: 422, body: { detail: [item] } });
    });

    it.each([
      ['name', 'team_x/demo', /^Value error, Each name of the namespace must be/],
      ['name', 'team//demo', /^Value error, Each name of the namespace must be/],
      ['name', 'demo/', /^Value error, Name field required/],
      ['tag', 'a/b', /^Value error, Tag does not match/],
    ])('names a %s that has no place here: %j', async (name, value, msg) => {
      const { status, body } = await chutes.build(parts({ [name]: value }));
      expect(status).toBe(422);
      const [item] = (body as { detail: object[] }).detail;
      const expected = {
        type: 'value_error',
        loc: ['body', name],
        msg: expect.stringMatching(msg) as string,
        input: null,
      };
      expect(item).toEqual(expected);
    });

    it.each([
      ['public', 'perhaps', 'bool_parsing', 'Input should be a valid boolean, unable to interpret input', {}],
      ['wait', '', 'bool_parsing', 'Input should be a valid boolean, unable to interpret input', {}],
      ['compute_type', 'tpu', 'enum', `Input should be 'cpu' or 'gpu'`, { ctx: { expected: `'cpu' or 'gpu'` } }],
      ['logo_id', 'ff1ac278', 'value_error', 'Value error, no logos are kept here: send __none__', {}],
      ['readme', 'a\0b', 'value_error', 'Value error, U+0000 is not taken', {}],
      ['build_context', 'text', 'value_error', 'Value error, send it as a file', {}],
    ])('names a %s of %j', async (name, value, type, msg, more) => {
      const { status, body } = await chutes.build(parts({ [name]: value }));
      const item = { type, loc: ['body', name], msg, input: value, ...more };
      expect({ status, body }).toEqual({ status: 422, body: { detail: [item] } });
    });

    it('names a context without a byte', async () => {
      const { status, body } = await chutes.build(parts({ name: 'empty', build_context: Buffer.alloc(0) }));
      const msg = 'Value error, File field required: the body is empty';
      const item = { type: 'value_error', loc: ['body', 'build_context'], msg, input: null };
      expect({ status, body }).toEqual({ status: 422, body: { detail: [item] } });
      expect((await chutes.get('bob/empty:1.0')).status).toBe(404);
    });

    it.each([
      ['a text of more than a mebibyte', (): ChutesPart[] => parts({ readme: 'x'.repeat(1024 * 1024 + 1) })],
      [
        'more parts than anybody needs',
        (): ChutesPart[] => Array.from({ length: 65 }, () => ({ name: 'x', value: '' })),
      ],
    ])('refuses %s', async (_, form) => {
      const { status, body } = await chutes.build(form());
      expect(status).toBe(400);
      expect(body).toEqual({ detail: expect.any(String) as string });
    });

    it.each([
      ['without a boundary', 'multipart/form-data', 'x'],
      [
        'that never ends',
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="name"\r\n\r\nde',
      ],
      ['that is empty', 'multipart/form-data; boundary=x', ''],
      [
        'whose context never ends',
        'multipart/form-data; boundary=x',
        '--x\r\nContent-Disposition: form-data; name="build_context"; filename="a"\r\n\r\nPK',
      ],
    ])('refuses a multipart body %s', async (_, type, body) => {
      const answer = await chutes.post(Buffer.from(body), { 'Content-Type': type });
      expect(answer).toMatchObject({ status: 400, body: { detail: 'The multipart body cannot be read' } });
    });

    it('leaves nothing behind', async () => {
      const { body } = await bob.get('/images?sort=-created_at&limit=100');
      const names = (body as { name: string }[]).map(({ name }) => name);
      expect(names.filter((name) => /scopeless|empty|0\.3\.60|0\.3$/.test(name))).toEqual([]);
      const { body: trees } = await bob.get('/namespaces');
      expect((trees as { path: string }[]).map(({ path }) => path)).toEqual(['team']);
    });
  });
});
