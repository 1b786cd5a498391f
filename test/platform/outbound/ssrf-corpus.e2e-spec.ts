import { OutboundClient } from '#platform/outbound';
import { DnsServer } from '../../support/dns-server.js';
import { Origin } from '../../support/origin.js';
import { file, redirectByQuery } from '../../support/origin-behaviours.js';
import { outboundError, outboundRules, textOf } from '../../support/outbound.js';
import { SocketCount } from '../../support/socket-count.js';
import { ALLOWED, NO_URLS, REACHED, REFUSED, ZONE } from './ssrf-corpus.js';

const OWN_PORT = 54_321;

/** Those that a header can hold, and that do not mean something relative there. */
const REDIRECTS = REFUSED.filter(([url]) => !/[\r\n\0]|^http:[^/\\]/.test(url));

describe('a client for URLs of strangers', () => {
  const sockets = new SocketCount();
  let origin: Origin;
  let dns: DnsServer;
  let client: OutboundClient;

  beforeAll(async () => {
    origin = await Origin.start();
    dns = await DnsServer.start({ ...ZONE, 'rebinding.test': [{ a: [ALLOWED] }, { a: ['127.0.0.1'] }] });
    client = new OutboundClient({
      rules: outboundRules(ALLOWED, `80,443,${OWN_PORT},${origin.port}`),
      own: [{ host: ALLOWED, port: OWN_PORT }],
      dnsServers: [dns.address],
    });
  });

  beforeEach(() => {
    origin.on('/', file(Buffer.from('an image'))).on('/to', redirectByQuery());
    sockets.start();
  });

  afterEach(() => sockets.stop());

  afterAll(() => Promise.all([origin.close(), dns.close()]));

  /** The URL with today's ports. */
  function at(url: string): string {
    return url.replaceAll('PORT', String(origin.port)).replaceAll('OWN', String(OWN_PORT));
  }

  it.each([...REFUSED, ...NO_URLS])('never connects to %j: %s', async (url, kind) => {
    expect((await outboundError(client.open(at(url)))).kind).toBe(kind);
    expect([sockets.attempts, origin.connections]).toEqual([0, []]);
  });

  it.each(REDIRECTS)('never follows a redirect to %j: %s', async (url, kind) => {
    const error = await outboundError(client.open(at(`http://allowed.test:PORT/to?${encodeURIComponent(at(url))}`)));
    expect(error.kind).toBe(kind);
    // The redirect itself, and nothing after it.
    expect([sockets.attempts, origin.connections]).toEqual([1, [ALLOWED]]);
  });

  it.each(REACHED)('fetches %j, which the operator allows', async (url) => {
    expect(await textOf(await client.open(at(url)))).toBe('an image');
    expect([sockets.attempts, origin.connections]).toEqual([1, [ALLOWED]]);
  });

  it('asks for a name once a hop and connects to what it was told, though the DNS then says otherwise', async () => {
    const url = `http://rebinding.test:${origin.port}/to?${encodeURIComponent(at('http://rebinding.test:PORT/'))}`;
    const error = await outboundError(client.open(url));
    expect(error.kind).toBe('refused_address');
    expect(origin.connections).toEqual([ALLOWED]);
    const asked = dns.queries.filter((query) => query.endsWith('rebinding.test')).sort();
    expect(asked).toEqual(['a rebinding.test', 'a rebinding.test', 'aaaa rebinding.test', 'aaaa rebinding.test']);
  });

  it('refuses a name of this machine that the system resolves', async () => {
    const bySystem = new OutboundClient({ rules: outboundRules(ALLOWED, origin.port), own: [], dnsServers: [] });
    expect((await outboundError(bySystem.open(origin.url('/', 'localhost')))).kind).toBe('refused_address');
    expect(sockets.attempts).toBe(0);
  });

  it('does not tell a stranger what a name leads to', async () => {
    const { message } = await outboundError(client.open('http://lan.test/'));
    expect(message).toBe('Downloads may not reach lan.test: its name leads to an address that is closed to them');
  });

  it.each([`${ALLOWED}:${OWN_PORT}`, `[::ffff:${ALLOWED}]:${OWN_PORT}`])(
    'reaches what the installation listens on where the operator names just that: %s',
    async (host) => {
      const opened = new OutboundClient({
        rules: outboundRules(`${ALLOWED}:${origin.port}`),
        own: [{ host: '0.0.0.0', port: origin.port }],
        dnsServers: [dns.address],
      });
      const url = `http://${host.replace(String(OWN_PORT), String(origin.port))}/`;
      expect(await textOf(await opened.open(url))).toBe('an image');
      expect((await outboundError(opened.open(origin.url('/', '127.0.0.6')))).kind).toBe('refused_port');
    },
  );
});
