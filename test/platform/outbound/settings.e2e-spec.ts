import type { INestApplicationContext } from '@nestjs/common';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Config, ConfigModule } from '#platform/config';
import { maskUrl, OutboundClient, OutboundModule } from '#platform/outbound';
import { Origin } from '../../support/origin.js';
import { file } from '../../support/origin-behaviours.js';
import { outboundError, textOf } from '../../support/outbound.js';

@Module({})
class App {}

describe('the settings of downloads', () => {
  let origin: Origin;
  let app: INestApplicationContext | undefined;

  beforeAll(async () => {
    origin = await Origin.start();
    origin.on('/file', file(Buffer.from('an image')));
  });

  afterEach(() => app?.close());

  afterAll(() => origin.close());

  /** The client that an application with this environment gets. */
  async function client(environment: Readonly<Record<string, string>>): Promise<OutboundClient> {
    const config = Config.parse({ DOWNLOAD_ALLOW: `127.0.0.0/8:${origin.port}`, ...environment });
    const root = { module: App, imports: [ConfigModule.forRoot(config), OutboundModule] };
    app = await NestFactory.createApplicationContext(root, { logger: false });
    return app.get(OutboundClient, { strict: false });
  }

  it('open what they allow, and nothing else', async () => {
    const outbound = await client({});
    expect(await textOf(await outbound.open(origin.url('/file')))).toBe('an image');
    expect((await outboundError(outbound.open('http://127.0.0.1/'))).kind).toBe('refused_address');
  });

  it.each<[string, (port: number) => Record<string, string>]>([
    ['the API', (port) => ({ HOST: '127.0.0.1', PORT: String(port) })],
    ['the API on all addresses', (port) => ({ HOST: '0.0.0.0', PORT: String(port) })],
    ['the API by its name', (port) => ({ HOST: 'localhost', PORT: String(port) })],
    ['the database', (port) => ({ DATABASE_URL: `postgres://user:secret@127.0.0.1:${port}/diskyard` })],
  ])('never open %s by a network', async (_, environment) => {
    const outbound = await client(environment(origin.port));
    origin.forget();
    expect((await outboundError(outbound.open(origin.url('/file')))).kind).toBe('refused_address');
    expect(origin.connections).toEqual([]);
  });

  it('open the API where they name its address and port', async () => {
    const here = `127.0.0.1:${origin.port}`;
    const outbound = await client({ HOST: '0.0.0.0', PORT: String(origin.port), DOWNLOAD_ALLOW: here });
    expect(await textOf(await outbound.open(origin.url('/file')))).toBe('an image');
  });

  it('tell at once what a URL itself gives away', async () => {
    const outbound = await client({ DOWNLOAD_DENY: 'denied.test' });
    const kindOf = (url: string): Promise<string> =>
      outboundError(Promise.resolve(url).then((it) => outbound.checkUrl(it))).then(({ kind }) => kind);
    expect(
      await Promise.all(['ftp://a.test/', 'http://denied.test/', 'http://a.test:22/', 'http://10.0.0.1/'].map(kindOf)),
    ).toEqual(['bad_url', 'refused_host', 'refused_port', 'refused_address']);
    expect(maskUrl('https://user:secret@a.test/Image')).toBe('https://user:xxxxx@a.test/Image');
  });
});
