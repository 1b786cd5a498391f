import type { OutboundErrorKind } from '#platform/outbound';
import type { Zone } from '../../support/dns-server.js';

/** Where the one allowed origin listens; its port stands for PORT below, and OWN for one that we listen on ourselves. */
export const ALLOWED = '127.0.0.5';

/** What the DNS says. */
export const ZONE: Zone = {
  'allowed.test': { a: [ALLOWED] },
  'alias.test': { cname: 'allowed.test' },
  localhost: { a: ['127.0.0.1'] },
  'loop.test': { a: ['127.0.0.1'] },
  'loop6.test': { aaaa: ['::1'] },
  'lan.test': { a: ['192.168.1.1'] },
  'mapped.test': { aaaa: ['::ffff:127.0.0.1'] },
  'nat64.test': { aaaa: ['64:ff9b::7f00:1'] },
  'zero.test': { a: ['0.0.0.0'] },
  'linklocal.test': { aaaa: ['fe80::1'] },
  'unique.test': { aaaa: ['fd12::1'] },
  'meta.test': { a: ['169.254.169.254'] },
  'mixed.test': { a: ['93.184.215.14', '127.0.0.1'] },
  'mixed6.test': { a: ['93.184.215.14'], aaaa: ['::1'] },
  'allowed-and-not.test': { a: [ALLOWED, '127.0.0.1'] },
  'chain.test': { cname: 'link.test' },
  'link.test': { cname: 'loop.test' },
  'localhost.test': { a: ['127.0.0.1'] },
  'xn--bcher-kva.test': { a: ['127.0.0.1'] },
  'empty.test': {},
  'broken.test': { failing: true },
};

type Row = readonly [url: string, kind: OutboundErrorKind];

const refused = (...urls: readonly string[]): Row[] => urls.map((url) => [url, 'refused_address']);
const bad = (...urls: readonly string[]): Row[] => urls.map((url) => [url, 'bad_url']);

/** URLs that must not be fetched, and why not. */
export const REFUSED: readonly Row[] = [
  // This machine, in all the ways that IPv4 can be written
  ...refused('http://127.0.0.1:PORT/', 'http://127.0.0.2:PORT/', 'http://127.255.255.254:PORT/', 'http://127.1:PORT/'),
  ...refused('http://127.0.1:PORT/', 'http://2130706433:PORT/', 'http://0x7f000001:PORT/', 'http://0x7f.1:PORT/'),
  ...refused('http://0x7F.0x0.0x0.0x1:PORT/', 'http://017700000001:PORT/', 'http://0177.0.0.1:PORT/'),
  ...refused('http://0177.0x0.0.1:PORT/', 'http://127.0.0.1.:PORT/', 'http://00000177.1:PORT/', 'http://0:PORT/'),
  ...refused('http://0.0.0.0:PORT/', 'http://0x0:PORT/', 'http://0.1.2.3:PORT/'),
  // and IPv6
  ...refused('http://[::1]:PORT/', 'http://[0:0:0:0:0:0:0:1]:PORT/', 'http://[::]:PORT/', 'http://[::127.0.0.1]:PORT/'),
  ...refused('http://[::ffff:127.0.0.1]:PORT/', 'http://[::ffff:7f00:1]:PORT/', 'http://[0::FFFF:127.0.0.1]:PORT/'),
  ...refused('http://[::ffff:0:127.0.0.1]:PORT/', 'http://[::ffff:0.0.0.0]:PORT/', 'http://[64:ff9b::7f00:1]:PORT/'),
  ...refused('http://[64:ff9b::127.0.0.1]:PORT/', 'http://[64:ff9b:1::7f00:1]:PORT/', 'http://[2002:7f00:1::]:PORT/'),
  ...refused(
    'http://[2001:0:7f00:1::]:PORT/',
    'http://[fe80::1]:PORT/',
    'http://[febf::1]:PORT/',
    'http://[fec0::1]:PORT/',
  ),
  ...refused('http://[fc00::1]:PORT/', 'http://[fdff::1]:PORT/', 'http://[ff02::1]:PORT/', 'http://[ff0e::1]:PORT/'),
  ...refused('http://[2001:db8::1]:PORT/', 'http://[100::1]:PORT/', 'http://[3fff::1]:PORT/', 'http://[4000::1]:PORT/'),
  // Networks of one's own and of purposes
  ...refused('http://10.0.0.1/', 'http://10.255.255.255/', 'http://172.16.0.1/', 'http://172.31.255.255/'),
  ...refused('http://192.168.0.1/', 'http://169.254.1.1/', 'http://100.64.0.1/', 'http://100.127.255.255/'),
  ...refused('http://192.0.0.1/', 'http://192.0.2.1/', 'http://198.18.0.1/', 'http://198.19.255.255/'),
  ...refused('http://198.51.100.1/', 'http://203.0.113.1/', 'http://192.88.99.1/', 'http://224.0.0.1/'),
  ...refused('http://239.255.255.255/', 'http://240.0.0.1/', 'http://255.255.255.255/', 'http://4294967295/'),
  ...refused('http://[::ffff:10.0.0.1]/', 'http://[::ffff:192.168.0.1]/', 'http://012.0.0.1/'),
  // Metadata of clouds
  ...refused(
    'http://169.254.169.254/latest/meta-data/',
    'http://2852039166/',
    'http://0xa9fea9fe/',
    'http://0xa9.254.0251.254/',
  ),
  ...refused(
    'http://[::ffff:a9fe:a9fe]/',
    'http://[64:ff9b::a9fe:a9fe]/',
    'http://[fd00:ec2::254]/',
    'http://100.100.100.200/',
  ),
  ...refused('http://168.63.129.16/', 'http://192.0.0.192/', 'http://169.254.170.2/', 'http://meta.test/'),
  ['http://metadata.google.internal/', 'refused_host'],
  ['http://METADATA.google.internal./', 'refused_host'],
  ['http://metadata/computeMetadata/v1/', 'refused_host'],
  // Names that lead where they should not
  ...refused('http://localhost:PORT/', 'http://LOCALHOST:PORT/', 'http://localhost.:PORT/', 'http://loop.test:PORT/'),
  ...refused('http://loop6.test:PORT/', 'http://LOOP.TEST.:PORT/', 'http://lan.test/', 'http://mapped.test:PORT/'),
  ...refused('http://nat64.test:PORT/', 'http://zero.test:PORT/', 'http://linklocal.test:PORT/', 'http://unique.test/'),
  ...refused('http://mixed.test:PORT/', 'http://mixed6.test:PORT/', 'http://allowed-and-not.test:PORT/'),
  ...refused('http://chain.test:PORT/', 'http://link.test:PORT/', 'http://localhost.test:PORT/'),
  ['http://empty.test/', 'dns'],
  ['http://nowhere.test/', 'dns'],
  ['http://broken.test/', 'dns'],
  // The host is not where it seems to be
  ...refused(
    'http://allowed.test@127.0.0.1:PORT/',
    'http://allowed.test:80@127.0.0.1:PORT/',
    'http://a:b%40allowed.test@[::1]:PORT/',
  ),
  ...refused('http://127.0.0.1:PORT#@allowed.test/', 'http://127.0.0.1:PORT?@allowed.test/', 'http:127.0.0.1:PORT/'),
  ...refused('http:///127.0.0.1:PORT/', '  http://127.0.0.1:PORT/  ', 'HTTP://127.0.0.1:PORT/'),
  ...bad('http://allowed.test\\@127.0.0.1:PORT/', 'http:\\\\127.0.0.1:PORT/', 'http://127.0.0.1:PORT\\@allowed.test/'),
  ...bad(
    'http://127.0.\t0.1:PORT/',
    'http://127.0.0.1\n:PORT/',
    'ht\rtp://127.0.0.1:PORT/',
    'http://allowed.test\0.evil.test/',
  ),
  ...bad(
    'http://%61llowed.test:PORT/%zz\\',
    'http://a%user:x@allowed.test:PORT/',
    'http://allowed.test%00@evil.test%2f/',
  ),
  ...bad(
    'http://allowed.test%2f127.0.0.1/',
    'http://allowed.test%20/',
    'http://al lowed.test/',
    'http://allowed.test..:PORT/',
  ),
  ...bad('http://.allowed.test/', 'http://allowed..test/', 'http://'),
  // Letters and dots beyond ASCII, and escapes
  ...refused(
    'http://１２７.０.０.１:PORT/',
    'http://127。0。0。1:PORT/',
    'http://①②⑦.⓪.⓪.①:PORT/',
    'http://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ:PORT/',
  ),
  ...refused(
    'http://%31%32%37.0.0.1:PORT/',
    'http://127%2e0%2e0%2e1:PORT/',
    'http://loop%2Etest:PORT/',
    'http://ｌｏｏｐ.test:PORT/',
  ),
  ...refused('http://lo\u00adop.test:PORT/', 'http://bücher.test:PORT/'),
  // What is no address although it looks like one
  ...bad(
    'http://256.0.0.1/',
    'http://1.2.3.4.5/',
    'http://127.0.0.0x100/',
    'http://4294967296/',
    'http://08.0.0.1/',
    'http://1.2.3.09/',
  ),
  ...bad(
    'http://[fe80::1%25lo]:PORT/',
    'http://[fe80::1%lo]:PORT/',
    'http://[::1:PORT/',
    'http://[127.0.0.1]:PORT/',
    'http://[v1.x]/',
  ),
  ...bad('http://[::ffff:127.1]/', 'http://[]/'),
  // Ports
  ['http://allowed.test:0/', 'refused_port'],
  ['http://allowed.test:22/', 'refused_port'],
  ['http://allowed.test:6379/', 'refused_port'],
  ['http://127.0.0.1:25/', 'refused_port'],
  ...bad('http://allowed.test:65536/', 'http://allowed.test:-1/', 'http://allowed.test:8a/'),
  // What this installation listens on, allowed network or not
  ...refused(
    `http://${ALLOWED}:OWN/`,
    'http://allowed.test:OWN/',
    `http://[::ffff:${ALLOWED}]:OWN/`,
    'http://2130706437:OWN/',
  ),
  // Other schemes
  ...bad(
    'file:///etc/passwd',
    'file://allowed.test/etc/passwd',
    'ftp://allowed.test/image.qcow2',
    'sftp://allowed.test/a',
  ),
  ...bad(
    'gopher://127.0.0.1:PORT/_GET',
    'dict://127.0.0.1:PORT/',
    'ldap://127.0.0.1/',
    'data:text/plain,x',
    'javascript:1',
  ),
  ...bad(
    'jar:http://127.0.0.1:PORT/!/',
    'unix:/var/run/docker.sock',
    'ws://127.0.0.1:PORT/',
    'about:blank',
    'blob:http://127.0.0.1/x',
  ),
];

/** Relative in a redirect, and no URL of their own. */
export const NO_URLS: readonly Row[] = bad('', '/', '//127.0.0.1/', '127.0.0.1', 'allowed.test/a', 'http');

/** URLs that the operator's list lets through, and whatever notation they come in. */
export const REACHED: readonly string[] = [
  `http://${ALLOWED}:PORT/`,
  'http://127.5:PORT/',
  'http://2130706437:PORT/',
  `http://[::ffff:${ALLOWED}]:PORT/`,
  'http://allowed.test:PORT/',
  'http://ALLOWED.test.:PORT/',
  'http://alias.test:PORT/',
  'http://user:password@allowed.test:PORT/',
  'http://%61llowed.test:PORT/',
  'http://allowed.test:PORT/?url=http://127.0.0.1/#fragment',
];
