import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, type TestUser } from '../../../support/builders.js';
import { startDownload, type StartedOperation } from '../../../support/downloads.js';
import { NOWHERE } from '../../../support/operation-body.js';
import { MANAGERS, newScene, newTeamScene, READERS, STRANGERS } from '../../../support/operation-callers.js';
import { FollowedLog, print } from '../../../support/operation-log.js';
import { TIME } from '../../../support/image-body.js';

const NOT_FOUND = { status: 404, body: { message: 'Not Found' } };
const NDJSON = 'application/x-ndjson';
const SSE = { Accept: 'text/event-stream' };

describe('GET /operations/:id/logs', () => {
  let api: TestApi;
  let alice: TestUser;
  let operation: StartedOperation;
  let logs: string;
  /** The lines as NDJSON has them, each with its end. */
  let lines: string[];
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
    operation = await startDownload(alice, NOWHERE);
    logs = `/operations/${operation.id}/logs`;
    await print(api, operation.id, 'first', 'Zweite – 二', 'third: "quoted"');
    await alice.post(`/operations/${operation.id}/cancel`);
    lines = (await textOf(logs)).split(/(?<=\n)/);
  });
  afterAll(() => api.close());

  async function textOf(path: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    return (await alice.send('GET', path, { headers })).text();
  }
  const event = (line: number): string => `id: ${line}\ndata: ${lines[line]}\n`;
  const END = 'event: end\ndata: {"status":"cancelled"}\n\n';

  it('gives NDJSON: a line’s number, time, stream and text', async () => {
    const { status, headers, body } = await alice.get(logs);
    expect(status).toBe(200);
    expect(Object.fromEntries(headers)).toMatchObject({
      'content-type': NDJSON,
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      vary: expect.stringMatching(/\bAccept\b/) as string,
    });
    const time = expect.stringMatching(TIME) as string;
    expect(
      (body as string)
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as unknown),
    ).toEqual([
      { offset: 0, time, stream: 'stdout', text: 'first' },
      { offset: 1, time, stream: 'stdout', text: 'Zweite – 二' },
      { offset: 2, time, stream: 'stdout', text: 'third: "quoted"' },
    ]);
  });

  it('gives server-sent events: numbers as ids, the lines as data, and how it ended', async () => {
    const response = await alice.send('GET', logs, { headers: SSE });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    expect(await response.text()).toBe(event(0) + event(1) + event(2) + END);
  });

  it('gives plain text', async () => {
    const response = await alice.send('GET', logs, { headers: { Accept: 'text/plain' } });
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(await response.text()).toBe('first\nZweite – 二\nthird: "quoted"\n');
  });

  it.each([
    ['*/*', NDJSON],
    ['application/json', NDJSON],
    ['text/html, */*;q=0.1', NDJSON],
    ['text/plain;q=0.5, text/event-stream', 'text/event-stream'],
  ])('answers Accept: %s with %s', async (Accept, type) => {
    const response = await alice.send('HEAD', logs, { headers: { Accept } });
    expect(response.headers.get('content-type')).toBe(type);
  });

  it.each([
    ['ndjson', NDJSON],
    ['sse', 'text/event-stream'],
    ['text', 'text/plain; charset=utf-8'],
  ])('goes by format=%s before Accept', async (format, type) => {
    const response = await alice.send('HEAD', `${logs}?format=${format}`, { headers: { Accept: 'image/png' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, type]);
  });

  it.each([0, 1, 2, 3, 4, 999_999_999])('begins at offset %i', async (offset) => {
    expect(await textOf(`${logs}?offset=${offset}`)).toBe(lines.slice(offset).join(''));
  });

  it('begins after Last-Event-ID, whatever offset the URL has', async () => {
    expect(await textOf(`${logs}?offset=0`, { ...SSE, 'Last-Event-ID': '1' })).toBe(event(2) + END);
    expect(await textOf(logs, { ...SSE, 'Last-Event-ID': '2' })).toBe(END);
  });

  it('answers HEAD without a body, and as it answers GET', async () => {
    const response = await alice.send('HEAD', logs);
    expect([response.status, response.headers.get('content-type'), await response.text()]).toEqual([200, NDJSON, '']);
    expect((await alice.send('HEAD', '/operations/2147483647/logs')).status).toBe(404);
  });

  const OFFSET = { offset: ['Offset must be the number of a line; the first is 0'] };
  it.each([
    ['offset=-1', {}, OFFSET],
    ['offset=x', {}, OFFSET],
    ['offset=1000000000', {}, OFFSET],
    ['follow=maybe', {}, { follow: ['Follow must be true or false'] }],
    ['format=xml', {}, { format: ['Format must be one of ndjson, sse, text'] }],
    ['', { 'Last-Event-ID': 'x' }, { 'Last-Event-ID': ['Last-Event-ID must be the number of the last line you have'] }],
    ['offset=x&follow=1', {}, { ...OFFSET, follow: ['Follow must be true or false'] }],
  ])('answers 400 to "%s" with %j', async (query, headers, body) => {
    const answer = await alice.get(`${logs}?${query}`, { headers });
    expect(answer).toMatchObject({ status: 400, body });
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/);
  });

  it('answers 406 where none of its types will do', async () => {
    expect(await alice.get(logs, { headers: { Accept: 'image/png' } })).toMatchObject({
      status: 406,
      body: {
        message: 'Accept must allow one of application/x-ndjson, application/json, text/event-stream, text/plain',
      },
    });
  });

  it.each([...MANAGERS, ...READERS])('answers %s', async (_, caller) => {
    const scene = await newScene(api.admin);
    const { status } = await (await caller(scene)).get(`/operations/${scene.operation.id}/logs?follow=false`);
    expect(status).toBe(200);
  });

  it('answers the members of the team that owns the image', async () => {
    const {
      operation: { id },
      member,
    } = await newTeamScene(api.admin);
    expect((await member.get(`/operations/${id}/logs?follow=false`)).status).toBe(200);
  });

  it.each(STRANGERS)('answers 404 to %s', async (_, caller) => {
    for (const visibility of ['private', 'public']) {
      const scene = await newScene(api.admin, visibility);
      const stranger = await caller(scene);
      expect(await stranger.get(`/operations/${scene.operation.id}/logs`)).toMatchObject(NOT_FOUND);
    }
  });
});

describe('GET /operations/:id/logs, of work that goes on', () => {
  let api: TestApi;
  let alice: TestUser;
  beforeAll(async () => {
    api = await startTestApi();
    alice = await newUser(api.admin, 'alice');
  });
  afterAll(() => api.close());

  it('gives what is there with follow=false, and ends', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    expect((await alice.get(`/operations/${id}/logs?follow=false`)).body).toBeUndefined();
    await print(api, id, 'one');
    expect((await alice.get(`/operations/${id}/logs?follow=false&format=text`)).body).toBe('one\n');
    const events = (await alice.get(`/operations/${id}/logs?follow=false&format=sse`)).body as string;
    expect(events).toMatch(/^id: 0\ndata: .*\n\nevent: end\ndata: \{"status":"queued"\}\n\n$/);
  });

  it('gives lines as they come, each once, to the end of the work', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    await print(api, id, 'before');
    const [text, events] = await Promise.all([
      FollowedLog.open(alice, `/operations/${id}/logs?format=text`),
      FollowedLog.open(alice, `/operations/${id}/logs`, SSE),
    ]);
    await text.until('before\n');
    await print(api, id, 'while');
    await Promise.all([text.until('while\n'), events.until('id: 1\n')]);
    await alice.post(`/operations/${id}/cancel`);
    expect(await text.toEnd()).toBe('before\nwhile\n');
    expect(await events.toEnd()).toMatch(/^id: 0\n.*\n\nid: 1\n.*\n\nevent: end\ndata: \{"status":"cancelled"\}\n\n$/);
  });

  it('waits for an offset that is still to come', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    const log = await FollowedLog.open(alice, `/operations/${id}/logs?format=text&offset=2`);
    await print(api, id, 'zero', 'one');
    await print(api, id, 'two');
    expect(await log.until('two\n')).toBe('two\n');
    await alice.post(`/operations/${id}/cancel`);
    expect(await log.toEnd()).toBe('two\n');
  });

  it('goes on over a retry for whoever comes back with an offset', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    await print(api, id, 'first attempt');
    await alice.post(`/operations/${id}/cancel`);
    expect((await alice.get(`/operations/${id}/logs?format=text`)).body).toBe('first attempt\n');
    await alice.post(`/operations/${id}/retry`);
    const log = await FollowedLog.open(alice, `/operations/${id}/logs?format=text&offset=1`);
    await print(api, id, 'second attempt');
    await log.until('second attempt\n');
    await alice.post(`/operations/${id}/cancel`);
    expect(await log.toEnd()).toBe('second attempt\n');
  });

  it('ends where the image is deleted', async () => {
    const { id, image_id } = await startDownload(alice, NOWHERE);
    await print(api, id, 'one');
    const log = await FollowedLog.open(alice, `/operations/${id}/logs`, SSE);
    await log.until('id: 0\n');
    expect((await alice.delete(`/images/${image_id}`)).status).toBe(204);
    // At once: where nobody told of it, a comment would come first.
    expect(await log.toEnd()).toMatch(/^id: 0\ndata: .*\n\nevent: end\ndata: \{"status":"cancelled"\}\n\n$/);
  });

  it('splits lines over 64 KiB, and cuts no character in two', async () => {
    const { id } = await startDownload(alice, NOWHERE);
    const long = `${'x'.repeat(64 * 1024 - 1)}€${'y'.repeat(10)}`;
    await print(api, id, long);
    const parts = ((await alice.get(`/operations/${id}/logs?follow=false&format=text`)).body as string).split('\n');
    expect(parts).toEqual(['x'.repeat(64 * 1024 - 1), `€${'y'.repeat(10)}`, '']);
  });
});
