import { randomBytes } from 'node:crypto';
import { downloadStream, type Download, type DownloadOptions, type Retry } from '#platform/outbound';
import { eventually } from '../../support/eventually.js';
import { Origin } from '../../support/origin.js';
import { answer, endless, file, gibberish, hangUp, inTurn, silent } from '../../support/origin-behaviours.js';
import { localClient, outboundError, readAll } from '../../support/outbound.js';

const CONTENT = randomBytes(3_000_000);
const LONG_AGO = 'Tue, 04 Mar 2025 10:00:00 GMT';

describe('a download', () => {
  const client = localClient({ headersTimeoutMs: 200 });
  let origin: Origin;
  let retries: Retry[];

  beforeAll(async () => {
    origin = await Origin.start();
  });

  beforeEach(() => {
    retries = [];
  });

  // No test leaves a connection.
  afterEach(() => eventually(() => expect(origin.open).toBe(0)));

  afterAll(() => origin.close());

  function begin(options: Partial<DownloadOptions> = {}): Promise<Download> {
    return downloadStream(client, origin.url('/file'), {
      maxBytes: 10_000_000,
      inactivityTimeoutMs: 200,
      retries: 3,
      backoff: { baseMs: 1, maxMs: 5 },
      onRetry: (retry) => retries.push(retry),
      ...options,
    });
  }

  async function fetchAll(options?: Partial<DownloadOptions>): Promise<Buffer> {
    return readAll((await begin(options)).bytes);
  }

  function rangesAsked(): unknown[] {
    return origin.requests.map(({ headers }) => [headers.range, headers['if-range']]);
  }

  describe('that goes well', () => {
    it('tells what is known before the bytes, and then brings them', async () => {
      origin.on('/file', file(CONTENT, { lastModified: LONG_AGO }));
      const seen: number[] = [];
      const { facts, bytes } = await begin({
        expectedBytes: CONTENT.length,
        onProgress: (received) => seen.push(received),
      });
      expect(facts).toEqual({
        totalBytes: CONTENT.length,
        etag: '"v1"',
        lastModified: LONG_AGO,
        url: origin.url('/file'),
      });
      expect((await readAll(bytes)).equals(CONTENT)).toBe(true);
      expect([seen.at(-1), retries, rangesAsked()]).toEqual([CONTENT.length, [], [[undefined, undefined]]]);
    });

    it('takes a body without a length', async () => {
      origin.on('/file', file(CONTENT, { chunked: true, etag: null }));
      const { facts, bytes } = await begin();
      expect(facts.totalBytes).toBeUndefined();
      expect((await readAll(bytes)).equals(CONTENT)).toBe(true);
    });

    it('takes an empty file', async () => {
      origin.on('/file', file(Buffer.alloc(0)));
      expect(await fetchAll({ expectedBytes: 0 })).toEqual(Buffer.alloc(0));
    });
  });

  describe('that breaks off', () => {
    it('goes on where it was, for that version only', async () => {
      origin.on('/file', file(CONTENT, { cutAfter: (nth) => (nth < 3 ? 1_000_000 : undefined) }));
      expect((await fetchAll()).equals(CONTENT)).toBe(true);
      expect(rangesAsked()).toEqual([
        [undefined, undefined],
        ['bytes=1000000-', '"v1"'],
        ['bytes=2000000-', '"v1"'],
      ]);
      expect(retries.map(({ attempt, offsetBytes, error }) => [attempt, offsetBytes, error.kind])).toEqual([
        [1, 1_000_000, 'interrupted'],
        [2, 2_000_000, 'interrupted'],
      ]);
    });

    it('goes on by the date of change where there is no strong entity tag', async () => {
      const cutAfter = (nth: number): number | undefined => (nth === 1 ? 1_000 : undefined);
      origin.on('/file', file(CONTENT, { etag: 'W/"v1"', lastModified: LONG_AGO, cutAfter }));
      expect((await fetchAll()).equals(CONTENT)).toBe(true);
      expect(rangesAsked()[1]).toEqual(['bytes=1000-', LONG_AGO]);
    });

    it('goes on after silence, a body without a length, and a busy server', async () => {
      const stalls = file(CONTENT, { chunked: true, stallAfter: () => 500 });
      origin.on('/file', inTurn(stalls, answer(503, { 'retry-after': '3600' }), hangUp(), file(CONTENT)));
      expect((await fetchAll()).equals(CONTENT)).toBe(true);
      expect(retries.map(({ error }) => error.kind)).toEqual(['timeout', 'status', 'interrupted']);
      expect(retries[1]?.delayMs).toBe(5);
    });

    it('counts no attempt that brought a megabyte', async () => {
      const large = randomBytes(9_000_000);
      origin.on('/file', file(large, { cutAfter: (nth) => (nth < 9 ? 1_100_000 : undefined) }));
      expect((await fetchAll({ retries: 1 })).equals(large)).toBe(true);
      expect(new Set(retries.map(({ attempt }) => attempt))).toEqual(new Set([1]));
    });

    it('is given up after as many attempts as were set', async () => {
      origin.on('/file', file(CONTENT, { cutAfter: () => 100 }));
      expect(await outboundError(fetchAll())).toMatchObject({ kind: 'interrupted', isRetryable: true });
      expect(origin.requests).toHaveLength(4);
    });

    it('cannot go on where the server names no version', async () => {
      origin.on('/file', file(CONTENT, { etag: null, cutAfter: () => 100 }));
      expect((await outboundError(fetchAll())).kind).toBe('changed');
      expect(origin.requests).toHaveLength(1);
    });

    const first = file(CONTENT, { cutAfter: () => 100 });
    const part = (contentRange: string, etag = '"v1"'): ReturnType<typeof answer> =>
      answer(206, { 'content-range': contentRange, etag });

    it.each([
      ['sends all of it again', file(CONTENT, { ranges: false })],
      ['has another version', file(randomBytes(200), { etag: '"v2"' })],
      ['has a shorter one', answer(416)],
      ['starts elsewhere', part(`bytes 99-2999999/${CONTENT.length}`)],
      ['names another length', part('bytes 100-3000000/3000001')],
      ['names another version', part(`bytes 100-2999999/${CONTENT.length}`, '"v2"')],
      ['names no range', answer(206)],
    ])('fails as changed where the server then %s', async (_, then) => {
      origin.on('/file', inTurn(first, then));
      expect(await outboundError(fetchAll())).toMatchObject({ kind: 'changed', isRetryable: false });
    });

    it('starts again where nothing had come yet', async () => {
      origin.on('/file', inTurn(hangUp(), file(CONTENT, { cutAfter: () => 0 }), file(CONTENT, { ranges: false })));
      expect((await fetchAll()).equals(CONTENT)).toBe(true);
    });

    it('does not start again as another file than was announced', async () => {
      origin.on('/file', inTurn(file(CONTENT, { cutAfter: () => 0 }), file(randomBytes(10), { etag: '"v2"' })));
      expect((await outboundError(fetchAll())).kind).toBe('changed');
    });
  });

  describe('is refused', () => {
    it.each([
      [404, 0],
      [401, 0],
      [403, 0],
      [408, 3],
      [429, 3],
      [500, 3],
      [503, 3],
    ])('by a status: %s, after %s more attempts', async (status, attempts) => {
      origin.on('/file', answer(status));
      const error = await outboundError(begin());
      expect(error).toMatchObject({ kind: 'status', status });
      expect(error.message).toContain(`127.0.0.1:${origin.port} answers ${status} `);
      expect(retries).toHaveLength(attempts);
    });

    it('where it is announced as larger than allowed, before its bytes', async () => {
      origin.on('/file', file(CONTENT));
      expect((await outboundError(begin({ maxBytes: CONTENT.length - 1 }))).kind).toBe('too_large');
    });

    it('where it grows larger than allowed', async () => {
      origin.on('/file', endless());
      const { bytes } = await begin({ maxBytes: 1_000_000 });
      let received = 0;
      const reading = (async () => {
        for await (const chunk of bytes) received += chunk.length;
      })();
      expect((await outboundError(reading)).kind).toBe('too_large');
      expect(received).toBeLessThanOrEqual(1_000_000);
    });

    it.each([CONTENT.length - 1, CONTENT.length + 1])(
      'where its length is not the expected one: %s',
      async (expectedBytes) => {
        origin.on('/file', file(CONTENT));
        expect((await outboundError(begin({ expectedBytes }))).kind).toBe('wrong_length');
      },
    );

    it('where it grows longer than expected', async () => {
      origin.on('/file', file(CONTENT, { chunked: true }));
      expect((await outboundError(fetchAll({ expectedBytes: 10 }))).kind).toBe('wrong_length');
    });

    it('where it stays shorter than expected', async () => {
      origin.on('/file', file(CONTENT, { chunked: true }));
      expect((await outboundError(fetchAll({ expectedBytes: CONTENT.length + 1 }))).kind).toBe('changed');
    });

    it('where it comes compressed, or as a part nobody asked for', async () => {
      origin.on('/file', inTurn(file(CONTENT, { headers: { 'content-encoding': 'gzip' } }), answer(206)));
      expect((await outboundError(begin())).kind).toBe('protocol');
      expect(await outboundError(begin())).toMatchObject({ kind: 'status', status: 206 });
    });

    it('where it is no HTTP, at once', async () => {
      origin.on('/file', gibberish('220 ftp ready\r\n'));
      expect((await outboundError(begin())).kind).toBe('protocol');
      expect(retries).toEqual([]);
    });
  });

  describe('ends with its caller', () => {
    it('between attempts', async () => {
      origin.on('/file', answer(503));
      const stop = new AbortController();
      const patience = { baseMs: 3_600_000, maxMs: 3_600_000 };
      const call = begin({ signal: stop.signal, backoff: patience, onRetry: () => setImmediate(() => stop.abort()) });
      expect((await outboundError(call)).kind).toBe('aborted');
    });

    it('while it waits for an answer', async () => {
      origin.on('/file', silent());
      const stop = new AbortController();
      const call = outboundError(begin({ signal: stop.signal, retries: 1_000 }));
      await eventually(() => expect(origin.requests).not.toEqual([]));
      stop.abort();
      expect((await call).kind).toBe('aborted');
    });

    it('who does not want the bytes', async () => {
      origin.on('/file', endless());
      const download = await begin();
      await download.close();
    });

    it('who stops in the middle of them', async () => {
      origin.on('/file', endless());
      for await (const chunk of (await begin()).bytes) if (chunk.length > 0) break;
    });
  });
});
