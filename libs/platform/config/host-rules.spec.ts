import { Config } from './config.js';
import { parseHostRule } from './host-rules.js';

describe('parseHostRule', () => {
  it.each([
    ['*', { kind: 'everything', port: undefined }],
    ['Mirror.Local.', { kind: 'host', name: 'mirror.local', subdomains: false, port: undefined }],
    ['*.example.com:8443', { kind: 'host', name: 'example.com', subdomains: true, port: 8443 }],
    ['bücher.example', { kind: 'host', name: 'xn--bcher-kva.example', subdomains: false, port: undefined }],
  ])('reads %s', (text, rule) => {
    expect(parseHostRule(text)).toEqual(rule);
  });

  it.each([
    ['10.1.0.0/16', '10.1.0.0', 16, undefined],
    ['10.1.2.3:9000', '10.1.2.3', 32, 9000],
    ['fd00::/8', 'fd00::', 8, undefined],
    ['[fd00::1]:443', 'fd00::1', 128, 443],
    ['[fd00::/8]:443', 'fd00::', 8, 443],
  ])('reads the network %s', (text, first, bits, port) => {
    const rule = parseHostRule(text);
    expect(rule.kind === 'network' && [rule.network[0].toString(), rule.network[1], rule.port]).toEqual([
      first,
      bits,
      port,
    ]);
  });

  it.each([
    '',
    'a b',
    '10.0.0.0/33',
    '127.1',
    '0x7f.1',
    'host:0',
    'host:65536',
    'http://host',
    '*:80',
    'a*.example.com',
    '[::1',
    '*.',
  ])('refuses "%s"', (text) => {
    expect(() => parseHostRule(text)).toThrow('is no host, network or host:port');
  });
});

describe('the settings of downloads', () => {
  it('hold the documented defaults for an empty environment', () => {
    const config = Config.parse({});
    expect([config.downloadAllow, config.downloadDeny, config.downloadProxy, config.downloadDns]).toEqual([
      [],
      [],
      undefined,
      [],
    ]);
    expect(config.downloadPorts.map(({ first, last }) => [first, last])).toEqual(
      [80, 443, 8080, 8443].map((it) => [it, it]),
    );
  });

  it('read lists', () => {
    const config = Config.parse({
      DOWNLOAD_ALLOW: 'mirror.local:8080, 10.1.0.0/16',
      DOWNLOAD_DENY: '*',
      DOWNLOAD_PORTS: '80,8000-8099',
      DOWNLOAD_DNS: '10.0.0.53,[fd00::53]:5353',
    });
    expect(config.downloadAllow.map(({ kind, port }) => [kind, port])).toEqual([
      ['host', 8080],
      ['network', undefined],
    ]);
    expect(config.downloadDeny).toEqual([{ kind: 'everything', port: undefined }]);
    expect(config.downloadPorts).toEqual([
      { first: 80, last: 80 },
      { first: 8000, last: 8099 },
    ]);
    expect(config.downloadDns).toEqual(['10.0.0.53', '[fd00::53]:5353']);
  });

  it.each([
    ['DOWNLOAD_ALLOW', 'mirror local'],
    ['DOWNLOAD_ALLOW', '*'],
    ['DOWNLOAD_DENY', '10.0.0.0/64'],
    ['DOWNLOAD_PORTS', '0-80'],
    ['DOWNLOAD_PORTS', '90-80'],
    ['DOWNLOAD_PROXY', 'socks5://proxy.local'],
    ['DOWNLOAD_DNS', 'dns.example.com'],
  ])('refuse %s=%s at start, by name', (name, value) => {
    expect(() => Config.parse({ [name]: value })).toThrow(name);
  });
});
