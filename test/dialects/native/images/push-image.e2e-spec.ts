import { createHash } from 'node:crypto';
import { imageBody, namespaceBody } from '../../../support/image-body.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { collaborate, distinctImage, expectStatus, newNamespace, newUser, unique } from '../../../support/builders.js';
import { leavingNothing } from '../../../support/leftovers.js';
import { Wire } from '../../../support/wire.js';

describe('POST /images', () => {
  let api: TestApi;
  let alice: Awaited<ReturnType<typeof newUser>>;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin);
  });
  afterAll(() => api.close());

  const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

  it('answers 201 with the whole entity and where it is', async () => {
    const bytes = distinctImage('whole entity');
    const { status, headers, body } = await alice.push('name=whole&tag=v1', bytes);
    expect(status).toBe(201);
    const facts = { name: 'whole', tag: 'v1', size: bytes.length, sha256: sha256(bytes) };
    expect(body).toEqual(imageBody(alice, facts));
    const { id, url } = body as { id: number; url: string };
    expect(url).toBe(`${api.url}/images/${id}`);
    expect(headers.get('location')).toBe(url);
    expect((await alice.get(`/images/${id}`)).body).toEqual(body);
  });

  it('stores what was sent, bit for bit', async () => {
    const bytes = distinctImage('bit for bit');
    const { id } = expectStatus(await alice.push('name=bits', bytes), 201).body as { id: number };
    expect((await alice.pull(`/images/${id}/file`)).equals(bytes)).toBe(true);
  });

  it.each([
    'application/x-qemu-disk',
    'application/octet-stream',
    'application/x-www-form-urlencoded',
    'text/plain; charset=utf-8',
    'application/vnd.api+json',
    'Application/X-QEMU-Disk; version=3',
    'nonsense',
  ])('takes a body of type %s as raw bytes', async (type) => {
    const bytes = distinctImage(type);
    const { body } = expectStatus(await alice.push(`name=${unique('typed')}`, bytes, { 'Content-Type': type }), 201);
    expect(body).toMatchObject({ sha256: sha256(bytes), size: bytes.length });
  });

  it('takes a body of no type as raw bytes', async () => {
    const bytes = distinctImage('no type');
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images?name=untyped', { 'Content-Length': bytes.length });
    await wire.send(bytes);
    expect(await wire.answer()).toMatchObject({ status: 201, body: { sha256: sha256(bytes) } });
    wire.cut();
  });

  it('takes a chunked body, as curl -T sends one from a pipe', async () => {
    const bytes = distinctImage('chunked');
    const wire = await Wire.open(alice);
    wire.sendHead('POST', '/images?name=chunked', { 'Transfer-Encoding': 'chunked' });
    for (let at = 0; at < bytes.length; at += 1000) await wire.sendChunk(bytes.subarray(at, at + 1000));
    await wire.sendChunk();
    expect(await wire.answer()).toMatchObject({ status: 201, body: { sha256: sha256(bytes), size: bytes.length } });
    wire.cut();
  });

  it('keeps the connection for the next request', async () => {
    const wire = await Wire.open(alice);
    for (const name of ['kept1', 'kept2']) {
      const bytes = distinctImage(name);
      wire.sendHead('POST', `/images?name=${name}`, { 'Content-Length': bytes.length });
      await wire.send(bytes);
      expect(await wire.answer()).toMatchObject({ status: 201, body: { name } });
    }
    wire.cut();
  });

  it('gives an image the tag latest where none is named', async () => {
    expect((await alice.push('name=tagless', distinctImage('tagless'))).body).toMatchObject({
      tag: 'latest',
      reference: `${alice.username}/tagless:latest`,
    });
  });

  it('keeps images of one name and several tags apart', async () => {
    for (const tag of ['1', '2', '_3.x-y']) {
      expectStatus(await alice.push(`name=several&tag=${tag}`, distinctImage(`several ${tag}`)), 201);
    }
  });

  it('makes the namespace that it names, with all its levels, private', async () => {
    const { body } = expectStatus(await alice.push('name=disk&namespace=made/on/demand', distinctImage('made')), 201);
    const namespace = namespaceBody(alice, 'made/on/demand');
    const reference = `${alice.username}/made/on/demand/disk:latest`;
    expect(body).toEqual(imageBody(alice, { namespace, namespace_id: expect.any(Number), reference }));
  });

  it('belongs to the owner of its namespace, and names who pushed it as author', async () => {
    const bob = await newUser(api.admin);
    await newNamespace(alice, 'team');
    await collaborate(alice, 'team', bob, 'writer');
    const push = `name=disk&namespace=team@${alice.username}`;
    const { body } = expectStatus(await bob.push(push, distinctImage('by a collaborator')), 201);
    expect(body).toMatchObject({
      author: { username: bob.username },
      user: { username: alice.username },
      reference: `${alice.username}/team/disk:latest`,
    });
  });

  it('makes an image in a public namespace readable by everybody at once', async () => {
    await newNamespace(alice, 'open', 'public');
    const bytes = distinctImage('open');
    const { id } = expectStatus(await alice.push('name=disk&namespace=open', bytes), 201).body as { id: number };
    expect((await api.anonymous.pull(`/images/${id}/file`)).equals(bytes)).toBe(true);
  });

  describe('with a declared digest', () => {
    const bytes = distinctImage('declared');
    const right = sha256(bytes);
    const wrong = sha256(Buffer.from('something else'));
    const reprDigest = (hex: string): string => `sha-256=:${Buffer.from(hex, 'hex').toString('base64')}:`;

    it.each<[string, Record<string, string>]>([
      ['Repr-Digest', { 'Repr-Digest': reprDigest(right) }],
      ['Repr-Digest among digests of other kinds', { 'Repr-Digest': `md5=:AAAA:, ${reprDigest(right)}` }],
      ['Repr-Digest of a kind it does not know', { 'Repr-Digest': 'sha-512=:AAAA:' }],
      ['X-Checksum-Sha256', { 'X-Checksum-Sha256': right }],
      ['X-Checksum-Sha256 in upper case', { 'X-Checksum-Sha256': right.toUpperCase() }],
      ['both, which agree', { 'Repr-Digest': reprDigest(right), 'X-Checksum-Sha256': right }],
    ])('takes bytes that match %s', async (_, headers) => {
      expectStatus(await alice.push(`name=${unique('digest')}`, bytes, headers), 201);
    });

    it.each<[string, Record<string, string>]>([
      ['Repr-Digest', { 'Repr-Digest': reprDigest(wrong) }],
      ['X-Checksum-Sha256', { 'X-Checksum-Sha256': wrong }],
    ])('refuses bytes that do not match %s, and names both', async (_, headers) => {
      const { status, body } = await leavingNothing(api, () => alice.push('name=x&namespace=fresh', bytes, headers));
      const message = `File has SHA-256 ${right}, but ${wrong} was declared; send it again`;
      expect({ status, body }).toEqual({ status: 400, body: { file: [message] } });
    });

    it.each<[string, Record<string, string>]>([
      ['a short Repr-Digest', { 'Repr-Digest': 'sha-256=:AAAA:' }],
      ['a Repr-Digest without colons', { 'Repr-Digest': `sha-256=${right}` }],
      ['a short X-Checksum-Sha256', { 'X-Checksum-Sha256': right.slice(1) }],
      ['an X-Checksum-Sha256 that is no hex', { 'X-Checksum-Sha256': 'z'.repeat(64) }],
      ['two that contradict each other', { 'Repr-Digest': reprDigest(right), 'X-Checksum-Sha256': wrong }],
    ])('refuses %s', async (_, headers) => {
      const { status, body } = await leavingNothing(api, () => alice.push('name=x&namespace=fresh', bytes, headers));
      const message =
        'The declared SHA-256 must be 32 bytes: 64 hex digits in X-Checksum-Sha256, or base64 in Repr-Digest';
      expect({ status, body }).toEqual({ status: 400, body: { sha256: [message] } });
    });
  });

  it.each(['gzip', 'GZIP', 'br', 'deflate, gzip'])('refuses a body with Content-Encoding %s', async (encoding) => {
    const push = (): ReturnType<typeof alice.push> =>
      alice.push('name=encoded', distinctImage('encoded'), { 'Content-Encoding': encoding });
    const { status, body } = await leavingNothing(api, push);
    const message = `Content-Encoding ${encoding} is not taken: send the file as it is`;
    expect({ status, body }).toEqual({ status: 400, body: { file: [message] } });
  });

  it('takes a body whose Content-Encoding says that there is none', async () => {
    const headers = { 'Content-Encoding': 'identity' };
    expectStatus(await alice.push('name=identity', distinctImage('identity'), headers), 201);
  });

  it('says of a malformed JSON body that it is one', async () => {
    const headers = { 'Content-Type': 'application/json' };
    const { status, body } = await leavingNothing(api, () => alice.push('name=x', Buffer.from('{"name":'), headers));
    expect({ status, body }).toEqual({ status: 400, body: { message: 'The body is not valid JSON' } });
  });

  it('reports everything that is wrong with the words at once', async () => {
    const { status, body } = await leavingNothing(api, () =>
      alice.push('tag=-x', Buffer.alloc(0), { 'X-Checksum-Sha256': 'nope' }),
    );
    expect(status).toBe(400);
    expect(body).toEqual({
      name: ['Name field required', 'Name does not match ^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$'],
      tag: ['Tag does not match ^[A-Za-z0-9_][A-Za-z0-9._-]{0,127}$'],
      file: ['File field required: the body is empty'],
      sha256: [expect.stringMatching(/^The declared SHA-256 must be 32 bytes/)],
    });
  });
});
