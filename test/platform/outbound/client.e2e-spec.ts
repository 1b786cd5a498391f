import { createServer } from 'node:net';
import { once } from 'node:events';
import { outboundError, localClient, readAll, textOf } from '../../support/outbound.js';
import { eventually } from '../../support/eventually.js';
import { Origin } from '../../support/origin.js';
import { answer, endless, file, gibberish, hangUp, redirect, silent } from '../../support/origin-behaviours.js';

describe('the outbound client', () => {
  const client = localClient({ headersTimeoutMs: 200, connectTimeoutMs: 200 });
  let origin: Origin;
  let other: Origin;

  beforeAll(async () => {
    [origin, other] = await Promise.all([Origin.start(), Origin.start()]);
  });

  beforeEach(() => {
    for (const each of [origin, other]) each.on('/file', file(Buffer.from('an image'), { etag: '"v1"' }));
  });

  afterAll(() => Promise.all([origin.close(), other.close()]));

  describe('answers', () => {
    it('with status, headers, bytes and where they came from', async () => {
      const response = await client.open(origin.url('/file?Q=1#part'));
      expect({
        status: response.status,
        etag: response.headers.etag,
        length: response.headers['content-length'],
      }).toEqual({
        status: 200,
        etag: '"v1"',
        length: '8',
      });
      expect([response.url, await textOf(response)]).toEqual([origin.url('/file?Q=1#part'), 'an image']);
    });

    it('asks for the bytes as they are, and says who asks', async () => {
      await textOf(await client.open(origin.url('/file'), { headers: { 'X-Own': '1' } }));
      expect(origin.requests).toEqual([
        {
          method: 'GET',
          url: '/file',
          headers: {
            host: `127.0.0.1:${origin.port}`,
            connection: 'close',
            accept: '*/*',
            'accept-encoding': 'identity',
            'user-agent': 'Diskyard',
            'x-own': '1',
          },
        },
      ]);
    });

    it('hands on whatever status is no redirect', async () => {
      origin.on('/gone', answer(410)).on('/nowhere', answer(302));
      const statuses = ['/gone', '/nowhere'].map(async (path) => {
        const response = await client.open(origin.url(path));
        await response.close();
        return response.status;
      });
      expect(await Promise.all(statuses)).toEqual([410, 302]);
    });
  });

  describe('credentials', () => {
    it('come from the URL, unescaped, and are not shown', async () => {
      const url = origin.url('/file').replace('//', '//user%40home:p%3Ass@');
      const response = await client.open(url);
      await response.close();
      expect(origin.requests[0]?.headers.authorization).toBe(
        `Basic ${Buffer.from('user@home:p:ss').toString('base64')}`,
      );
      expect(response.url).toBe(origin.url('/file').replace('//', '//user%40home:xxxxx@'));
    });

    it.each(['user:secret@[::1', 'user:secret@10.0.0.1', 'user:secret@127.0.0.1:1'])(
      'are in no message: %s',
      async (host) => {
        const error = await outboundError(client.open(`http://${host}/`));
        expect(error.message).not.toContain('secret');
      },
    );

    const headers = { authorization: 'Bearer x', cookie: 'a=b', range: 'bytes=0-' };

    it('stay at their origin', async () => {
      origin.on('/moved', redirect(other.url('/file')));
      const response = await client.open(origin.url('/moved'), { headers });
      await response.close();
      expect(other.requests[0]?.headers).toMatchObject({ range: 'bytes=0-' });
      expect(Object.keys(other.requests[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['authorization']));
      expect(Object.keys(other.requests[0]?.headers ?? {})).not.toEqual(expect.arrayContaining(['cookie']));
    });

    it('go along to another path of it', async () => {
      origin.on('/moved', redirect('/file'));
      const response = await client.open(origin.url('/moved'), { headers });
      await response.close();
      expect(origin.requests[1]?.headers).toMatchObject(headers);
    });
  });

  describe('redirects', () => {
    it.each([301, 302, 303, 307, 308])('are followed: %s', async (status) => {
      origin.on('/a/moved', redirect('../file?b=1', status));
      const response = await client.open(origin.url('/a/moved'));
      expect([response.url, await textOf(response)]).toEqual([origin.url('/file?b=1'), 'an image']);
    });

    it('are followed five times and no more', async () => {
      for (let step = 1; step <= 6; step += 1) origin.on(`/${step}`, redirect(step === 1 ? '/file' : `/${step - 1}`));
      expect(await textOf(await client.open(origin.url('/5')))).toBe('an image');
      expect((await outboundError(client.open(origin.url('/6')))).kind).toBe('redirect_loop');
    });

    it('in a circle end', async () => {
      origin.on('/x', redirect('/y')).on('/y', redirect('/x'));
      expect((await outboundError(client.open(origin.url('/x')))).kind).toBe('redirect_loop');
      expect(origin.requests).toHaveLength(6);
    });
  });

  describe('failures', () => {
    it('tells a server that hangs up', async () => {
      origin.on('/hang-up', hangUp());
      expect(await outboundError(client.open(origin.url('/hang-up')))).toMatchObject({
        kind: 'interrupted',
        isRetryable: true,
      });
      expect(origin.requests).toHaveLength(1);
    });

    it('tells a port that nobody listens on', async () => {
      const error = await outboundError(client.open('http://127.0.0.1:1/'));
      expect(error).toMatchObject({ kind: 'connect', isRetryable: true });
      expect(error.message).toBe('127.0.0.1 takes no connection at port 1 (ECONNREFUSED)');
    });

    it('tells what is no HTTP', async () => {
      origin.on('/ssh', gibberish('SSH-2.0-OpenSSH_9.6\r\n'));
      expect(await outboundError(client.open(origin.url('/ssh')))).toMatchObject({
        kind: 'protocol',
        isRetryable: false,
      });
    });

    it('waits only so long for the answer', async () => {
      origin.on('/silent', silent());
      expect(await outboundError(client.open(origin.url('/silent')))).toMatchObject({
        kind: 'timeout',
        isRetryable: true,
      });
    });

    it('waits only so long for a handshake', async () => {
      const mute = createServer().listen(0, '127.0.0.1');
      await once(mute, 'listening');
      const address = mute.address();
      const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
      expect(await outboundError(client.open(`https://127.0.0.1:${port}/`))).toMatchObject({ kind: 'timeout' });
      mute.close();
    });

    it('waits only so long for the next bytes', async () => {
      origin.on('/stall', file(Buffer.alloc(100), { stallAfter: () => 10 }));
      const response = await client.open(origin.url('/stall'), { inactivityTimeoutMs: 100 });
      expect(await outboundError(readAll(response.body))).toMatchObject({ kind: 'timeout' });
    });

    it('tells a body that is shorter than announced', async () => {
      origin.on('/short', file(Buffer.alloc(10), { announcedBytes: 20, cutAfter: () => 10 }));
      const response = await client.open(origin.url('/short'));
      expect(await outboundError(readAll(response.body))).toMatchObject({ kind: 'interrupted' });
    });

    it('tells a chunked body that breaks off', async () => {
      origin.on('/short', file(Buffer.alloc(10), { chunked: true, cutAfter: () => 5 }));
      const response = await client.open(origin.url('/short'));
      expect(await outboundError(readAll(response.body))).toMatchObject({ kind: 'interrupted' });
    });
  });

  describe('the caller', () => {
    it('ends a request that waits', async () => {
      origin.on('/silent', silent());
      const stop = new AbortController();
      const patient = localClient();
      const call = outboundError(patient.open(origin.url('/silent'), { signal: stop.signal }));
      await eventually(() => expect(origin.requests).toHaveLength(1));
      stop.abort();
      expect(await call).toMatchObject({ kind: 'aborted', isRetryable: false });
      await eventually(() => expect(origin.open).toBe(0));
    });

    it('ends a body', async () => {
      origin.on('/endless', endless());
      const stop = new AbortController();
      const { body } = await client.open(origin.url('/endless'), { signal: stop.signal });
      const reading = (async () => {
        for await (const chunk of body) if (chunk.length > 0) stop.abort();
      })();
      expect(await outboundError(reading)).toMatchObject({ kind: 'aborted' });
      await eventually(() => expect(origin.open).toBe(0));
    });

    it('who stopped before, connects to nothing', async () => {
      const error = await outboundError(client.open(origin.url('/file'), { signal: AbortSignal.abort() }));
      expect([error.kind, origin.connections]).toEqual(['aborted', []]);
    });

    it.each<[string, (bytes: AsyncIterable<Buffer>, close: () => Promise<void>) => Promise<unknown>]>([
      ['closes it unread', (_, close) => close()],
      ['closes it twice', (_, close) => close().then(close)],
      ['reads a part', (bytes) => bytes[Symbol.asyncIterator]().next()],
    ])('who %s leaves no connection', async (title, use) => {
      origin.on('/endless', endless());
      const { body, close } = await client.open(origin.url('/endless'));
      await use(body, close);
      if (title === 'reads a part') for await (const chunk of body) if (chunk.length > 0) break;
      await eventually(() => expect(origin.open).toBe(0));
    });
  });
});
