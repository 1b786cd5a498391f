import { connect } from 'node:net';
import { OutboundClient } from '#platform/outbound';
import { type Certificates, makeCertificates } from '../../support/certificates.js';
import { DnsServer } from '../../support/dns-server.js';
import { Origin } from '../../support/origin.js';
import { file, redirect } from '../../support/origin-behaviours.js';
import { localClient, outboundError, outboundRules, textOf } from '../../support/outbound.js';

describe('TLS', () => {
  let certificates: Certificates;
  let secure: Origin;
  let dns: DnsServer;
  let client: OutboundClient;

  beforeAll(async () => {
    certificates = await makeCertificates('DNS:mirror.test', 'IP:127.0.0.5');
    secure = await Origin.start(certificates);
    const here = { a: ['127.0.0.1'] };
    dns = await DnsServer.start({ 'mirror.test': here, 'other.test': here });
    client = localClient({ dnsServers: [dns.address], ca: certificates.ca });
  });

  beforeEach(() => {
    secure.on('/file', file(Buffer.from('an image'))).on('/down', redirect('http://mirror.test/file'));
  });

  afterAll(() => Promise.all([secure.close(), dns.close()]));

  function at(host: string, path = '/file'): string {
    return secure.url(path, host, 'https');
  }

  it.each(['mirror.test', 'mirror.test.', 'MIRROR.test', '127.0.0.5'])(
    'is checked for the name in the URL: %s',
    async (host) => {
      expect(await textOf(await client.open(at(host)))).toBe('an image');
    },
  );

  it.each(['other.test', '127.0.0.1'])('refuses a certificate for another name than %s', async (host) => {
    const error = await outboundError(client.open(at(host)));
    expect(error).toMatchObject({ kind: 'tls', isRetryable: false });
    expect(error.message).toBe(`There is no secure connection to ${host} (ERR_TLS_CERT_ALTNAME_INVALID)`);
    expect(secure.requests).toEqual([]);
  });

  it('refuses a certificate of an unknown authority', async () => {
    const strict = localClient({ dnsServers: [dns.address] });
    expect((await outboundError(strict.open(at('mirror.test')))).kind).toBe('tls');
    expect(secure.requests).toEqual([]);
  });

  it('refuses a server that speaks none', async () => {
    const plain = await Origin.start();
    expect((await outboundError(client.open(plain.url('/', '127.0.0.1', 'https')))).kind).toBe('tls');
    await plain.close();
  });

  it('is not left by a redirect', async () => {
    expect((await outboundError(client.open(at('mirror.test', '/down')))).kind).toBe('refused_redirect');
  });

  it('goes through a proxy to the server itself', async () => {
    const asked: string[] = [];
    const proxy = await Origin.start();
    proxy.onConnect((host, socket) => {
      asked.push(host);
      const server = connect(secure.port, '127.0.0.1', () => socket.write('HTTP/1.1 200 OK\r\n\r\n'));
      socket
        .on('error', () => server.destroy())
        .pipe(server)
        .on('error', () => socket.destroy())
        .pipe(socket);
    });
    const proxied = localClient({ proxyUrl: proxy.url('/'), ca: certificates.ca });
    expect(await textOf(await proxied.open(at('mirror.test')))).toBe('an image');
    expect((await outboundError(proxied.open(at('other.test')))).kind).toBe('tls');
    expect(asked).toEqual([`mirror.test:${secure.port}`, `other.test:${secure.port}`]);
    await proxy.close();
  });
});

describe('a proxy', () => {
  let proxy: Origin;
  let client: OutboundClient;

  beforeAll(async () => {
    proxy = await Origin.start();
    const proxyUrl = proxy.url('/').replace('//', '//operator:secret@');
    const rules = outboundRules('10.1.0.0/16', '80,8080', '*.denied.test');
    client = new OutboundClient({ rules, own: [{ host: 'db.test', port: 8080 }], dnsServers: [], proxyUrl });
  });

  beforeEach(() => {
    proxy.on('/file', file(Buffer.from('an image'))).on('/inside', redirect('http://192.168.0.1/'));
  });

  afterAll(() => proxy.close());

  it('gets the name to resolve, and its own credentials', async () => {
    expect(await textOf(await client.open('http://mirror.test/file'))).toBe('an image');
    expect(proxy.requests.map(({ url, headers }) => [url, headers.host, headers['proxy-authorization']])).toEqual([
      ['http://mirror.test/file', 'mirror.test', `Basic ${Buffer.from('operator:secret').toString('base64')}`],
    ]);
  });

  it.each([
    ['http://192.168.0.1/', 'refused_address'],
    ['http://2130706433/', 'refused_address'],
    ['http://localhost/', 'refused_host'],
    ['http://metadata.google.internal/', 'refused_host'],
    ['http://a.denied.test/', 'refused_host'],
    ['http://db.test:8080/', 'refused_host'],
    ['http://mirror.test:22/', 'refused_port'],
  ])('is not asked for %s: %s', async (url, kind) => {
    expect((await outboundError(client.open(url))).kind).toBe(kind);
    expect(proxy.connections).toEqual([]);
  });

  it('is asked for what the operator allows', async () => {
    expect(await textOf(await client.open('http://10.1.2.3/file'))).toBe('an image');
  });

  it('is not asked to follow a redirect inside', async () => {
    expect((await outboundError(client.open('http://mirror.test/inside'))).kind).toBe('refused_address');
    expect(proxy.requests).toHaveLength(1);
  });

  it('that refuses a tunnel is told as such', async () => {
    proxy.onConnect((_, socket) => socket.end('HTTP/1.1 403 Forbidden\r\n\r\n'));
    const open = localClient({ proxyUrl: proxy.url('/') });
    expect((await outboundError(open.open('https://mirror.test/'))).kind).toBe('connect');
  });

  it('of the environment is ignored', async () => {
    const origin = await Origin.start();
    origin.on('/file', file(Buffer.from('from the origin')));
    const names = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy', 'ALL_PROXY', 'NODE_USE_ENV_PROXY'];
    const before = { ...process.env };
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.url('/');
    try {
      expect(await textOf(await localClient().open(origin.url('/file')))).toBe('from the origin');
    } finally {
      process.env = before;
      await origin.close();
    }
    expect(proxy.connections).toEqual([]);
  });
});
