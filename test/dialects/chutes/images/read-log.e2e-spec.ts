import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { createInterface } from 'node:readline';
import { Drain } from '../../../../apps/api/src/http/drain.js';
import { startTestApi, type TestApi } from '../../../support/api.js';
import { newUser, pushImage, type TestUser, unique } from '../../../support/builders.js';
import { moveBuild } from '../../../support/build-moves.js';
import { idOfReference } from '../../../support/chutes-body.js';
import { buildParts, ChutesClient } from '../../../support/chutes-client.js';
import { newEndedDownload, startDownload } from '../../../support/downloads.js';
import { NOWHERE } from '../../../support/operation-body.js';
import { print } from '../../../support/operation-log.js';

const NOT_FOUND = { status: 404, body: { detail: 'Image not found, or does not belong to you' } };

interface Build {
  readonly name: string;
  readonly id: string;
  readonly operationId: number;
}

describe('GET /images/{image_id}/logs (Chutes)', () => {
  let api: TestApi;
  let bob: TestUser;
  let chutes: ChutesClient;
  let anybody: ChutesClient;
  beforeAll(async () => {
    api = await startTestApi();
    bob = await newUser(api.admin, 'bob');
    chutes = new ChutesClient(api.url, bob);
    anybody = new ChutesClient(api.url, {});
    await pushImage(bob, 'name=pushed&tag=1.0'); // whose bytes the builds get
  });
  afterAll(() => api.close());

  /** A build that somebody works on. */
  async function newBuild(...lines: readonly string[]): Promise<Build> {
    const name = unique('build');
    await chutes.build(buildParts({ username: 'bob', name, public: 'False' }));
    const operationId = await moveBuild(api, name, 'running');
    await print(api, operationId, ...lines);
    return { name, id: idOfReference(`bob/${name}:1.0`), operationId };
  }
  const event = (log: string, offset: string, log_type = 'stdout'): string =>
    `data: ${JSON.stringify({ log: { log_type, log }, offset })}`;

  it('gives lines as they come, each with where to go on, and DONE at the end', async () => {
    const { name, id, operationId } = await newBuild('STEP 1/1: FROM scratch', '  indented  ');
    const log = await chutes.openLog(id);
    expect(log.statusCode).toBe(200);
    expect(log.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache',
      'x-accel-buffering': 'no',
    });
    const lines = new Lines(log);
    expect(await lines.next()).toBe('.');
    expect(await lines.next()).toBe(event('STEP 1/1: FROM scratch', '1-0'));
    expect(await lines.next()).toBe(event('indented', '2-0'));
    await print(api, operationId, 'later');
    expect(await lines.nextButDots()).toBe(event('later', '3-0'));
    await moveBuild(api, name, 'succeeded');
    expect(await lines.nextButDots()).toBe('DONE');
    expect(await lines.next()).toBeUndefined();
    expect(log.complete).toBe(true);
  });

  it('gives dots while nothing is new', async () => {
    const { id } = await newBuild();
    const lines = new Lines(await chutes.openLog(id));
    expect([await lines.next(), await lines.next(), await lines.next()]).toEqual(['.', '.', '.']);
    lines.cut();
  });

  it('ends with DONE also where the build fails, is deleted, or a download is cancelled', async () => {
    const failing = await newBuild('a line');
    const following = new Lines(await chutes.openLog(failing.id));
    expect(await following.nextButDots()).toBe(event('a line', '1-0'));
    await moveBuild(api, failing.name, 'failed', 'it failed');
    expect(await following.nextButDots()).toBe('DONE');

    const deleted = await newBuild('a line');
    const lines = new Lines(await chutes.openLog(deleted.id));
    expect(await lines.nextButDots()).toBe(event('a line', '1-0'));
    expect((await chutes.delete(deleted.id)).status).toBe(200);
    expect(await lines.nextButDots()).toBe('DONE');

    const { id } = await startDownload(bob, NOWHERE, { name: 'stopped', tag: '1.0' });
    const stopped = new Lines(await chutes.openLog(idOfReference('bob/stopped:1.0')));
    expect(await stopped.next()).toBe('.');
    await bob.post(`/operations/${id}/cancel`);
    expect(await stopped.nextButDots()).toBe('DONE');
  });

  it('goes on where a reader was, losing and repeating nothing', async () => {
    const { id } = await newBuild('one', 'two', 'three');
    for (const [offset, expected] of [
      ['0-0', event('one', '1-0')],
      ['1-0', event('two', '2-0')],
      ['2', event('three', '3-0')],
    ]) {
      const lines = new Lines(await chutes.openLog(id, offset));
      expect(await lines.nextButDots()).toBe(expected);
      lines.cut();
    }
  });

  it('sends a long line in parts that clients can take, and goes on between them', async () => {
    const text = `${'😀"\\'.repeat(5_000)}${'\u0001'.repeat(20_000)}end`;
    const { id } = await newBuild(text, 'after');
    const lines = new Lines(await chutes.openLog(id));
    const [parts, offsets]: [string[], string[]] = [[], []];
    for (let part = ''; part !== 'after';) {
      const line = (await lines.nextButDots()) ?? '';
      expect(Buffer.byteLength(line)).toBeLessThan(64 * 1024);
      const { log, offset } = JSON.parse(line.slice(6)) as { log: { log: string }; offset: string };
      part = log.log;
      parts.push(part);
      offsets.push(offset);
    }
    lines.cut();
    expect(parts.slice(0, -1).join('')).toBe(text);
    expect(offsets.slice(-2)).toEqual(['1-0', '2-0']);
    const resumed = new Lines(await chutes.openLog(id, offsets[1]));
    expect(await resumed.nextButDots()).toBe(event(parts[2] ?? '', offsets[2] ?? ''));
    resumed.cut();
  });

  it('cuts the connection where the server stops, so that clients come again', async () => {
    const { id } = await newBuild('a line');
    const log = await chutes.openLog(id);
    const lines = new Lines(log);
    expect(await lines.nextButDots()).toBe(event('a line', '1-0'));
    const stopping = await startTestApi({ database: { url: api.databaseUrl, drop: () => Promise.resolve() } });
    const elsewhere = await new ChutesClient(stopping.url, bob).openLog(id);
    const cut = once(elsewhere, 'error');
    elsewhere.resume();
    const server = stopping.app.getHttpServer() as Server;
    const stopped = stopping.app.get(Drain, { strict: false }).run(server, 1_000);
    await cut;
    expect(elsewhere.complete).toBe(false);
    await stopped;
    lines.cut();
    await stopping.close();
  });

  it.each(['x', '-1', '1-', '1-2-3', '1.5', '9999999999'])('refuses the offset %s', async (offset) => {
    const { id } = await newBuild();
    const { status, body } = await chutes.call('GET', `/${id}/logs?offset=${offset}`);
    const msg = "Value error, send the 'offset' of the last line you have, as it came";
    const item = { type: 'value_error', loc: ['query', 'offset'], msg, input: offset };
    expect({ status, body }).toEqual({ status: 422, body: { detail: [item] } });
  });

  describe('of a finished image', () => {
    it.each(['succeeded', 'failed'] as const)('is the whole text, whatever the offset: %s', async (end) => {
      const { name, id } = await newBuild('one', '  two', 'drei: “drei”');
      await moveBuild(api, name, end, 'it failed');
      const { status, headers, body } = await chutes.call('GET', `/${id}/logs?offset=nonsense`);
      expect({ status, body }).toEqual({ status: 200, body: 'one\n  two\ndrei: “drei”\n' });
      expect(headers).toMatchObject({
        'content-type': 'text/plain; charset=utf-8',
        'content-disposition': `inline; filename="${id}.log"`,
      });
      expect(await chutes.follow(id)).toEqual([body]);
    });

    it('is its status where it has none', async () => {
      const pushed = await chutes.call('GET', `/${idOfReference('bob/pushed:1.0')}/logs`);
      expect(pushed).toMatchObject({ status: 200, body: 'built and pushed' });
      expect(pushed.headers['content-type']).toBe('text/plain; charset=utf-8');
      const { name, id } = await newBuild();
      await moveBuild(api, name, 'failed', 'no room');
      expect(await chutes.call('GET', `/${id}/logs`)).toMatchObject({ status: 200, body: 'error: no room' });
    });
  });

  describe('for others', () => {
    const open = (name: string): Promise<unknown> =>
      bob.patch(`/images/${encodeURIComponent(name)}`, { visibility: 'public' });

    it('hides the log of a private image, also from admins', async () => {
      const { id } = await newBuild('secret');
      expect(await anybody.call('GET', `/${id}/logs`)).toMatchObject(NOT_FOUND);
      expect(await new ChutesClient(api.url, api.admin).call('GET', `/${id}/logs`)).toMatchObject(NOT_FOUND);
    });

    it('shows that of a public one to anybody, while it is built and after', async () => {
      const { name, id } = await newBuild('open');
      await open(`${name}:1.0`);
      const lines = new Lines(await anybody.openLog(id));
      expect(await lines.nextButDots()).toBe(event('open', '1-0'));
      lines.cut();
      await moveBuild(api, name, 'succeeded');
      expect(await anybody.call('GET', `/${id}/logs`)).toMatchObject({ status: 200, body: 'open\n' });
    });

    it('does not tell anybody where a public image was downloaded from', async () => {
      const { image_id: imageId, id } = await newEndedDownload(bob);
      await print(api, id, 'from https://images.example.com');
      await bob.patch(`/images/${imageId}`, { visibility: 'public' });
      const { reference } = (await bob.get(`/images/${imageId}`)).body as { reference: string };
      const path = `/${idOfReference(reference)}/logs`;
      expect((await chutes.call('GET', path)).body).toBe('from https://images.example.com\n');
      expect((await anybody.call('GET', path)).body).toBe('error: It was cancelled');
    });

    it('refuses a credential that is bad, also for what is public', async () => {
      const { name, id } = await newBuild();
      await open(`${name}:1.0`);
      const { status, body } = await new ChutesClient(api.url, { token: 'unknown' }).call('GET', `/${id}/logs`);
      expect({ status, body }).toEqual({ status: 401, body: { detail: expect.any(String) as string } });
    });
  });

  it.each(['bob%2Fpushed:1.0', 'pushed:1.0', idOfReference('bob/none:1.0')])(
    'knows images by id alone: %s',
    async (id) => {
      expect(await chutes.call('GET', `/${id}/logs`)).toMatchObject(NOT_FOUND);
    },
  );
});

/** The lines of an answer, as they come. */
class Lines {
  private readonly lines: AsyncIterator<string>;

  constructor(private readonly answer: IncomingMessage) {
    answer.on('error', () => undefined);
    this.lines = createInterface({ input: answer })[Symbol.asyncIterator]();
  }

  /** Undefined at the end. */
  async next(): Promise<string | undefined> {
    const { value, done } = await this.lines.next();
    return done ? undefined : value;
  }

  async nextButDots(): Promise<string | undefined> {
    for (;;) {
      const line = await this.next();
      if (line !== '.') return line;
    }
  }

  cut(): void {
    this.answer.destroy();
  }
}
