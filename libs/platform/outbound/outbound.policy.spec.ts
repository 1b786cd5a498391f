import { parseHostRule } from '#platform/config';
import { formsOf, isSame, readAddress } from './addresses.js';
import type { OutboundErrorKind } from './outbound.errors.js';
import { OutboundPolicy } from './outbound.policy.js';
import { parseTarget } from './target.js';

interface Setting {
  readonly allow?: string;
  readonly deny?: string;
  /** What the name leads to; the literal itself where the URL holds one. */
  readonly leadsTo?: readonly string[];
  /** An address that this installation listens on, at whatever port. */
  readonly own?: string;
}

function list(entries: string | undefined): ReturnType<typeof parseHostRule>[] {
  return (entries?.split(',') ?? []).map(parseHostRule);
}

const PORTS = [80, 443].map((port) => ({ first: port, last: port }));

/** The kind of refusal, or `passes`. */
function verdict(url: string, { allow, deny, leadsTo, own }: Setting, proxied = false): OutboundErrorKind | 'passes' {
  const policy = new OutboundPolicy({ allow: list(allow), deny: list(deny), ports: PORTS });
  const target = parseTarget(url);
  const addresses = (leadsTo ?? [target.host]).map(readAddress).filter((address) => address !== undefined);
  const ownAddress = own === undefined ? undefined : readAddress(own);
  try {
    policy.checkTarget(target);
    if (proxied) policy.checkUnresolved(target, target.host === own);
    else
      policy.checkAddresses(
        target,
        addresses,
        (it) => !!ownAddress && formsOf(it).some((form) => isSame(form, ownAddress)),
      );
    return 'passes';
  } catch (error) {
    return (error as { kind: OutboundErrorKind }).kind; // anything else shows as undefined
  }
}

describe('OutboundPolicy', () => {
  it.each<[string, Setting, OutboundErrorKind | 'passes']>([
    ['http://1.1.1.1/', {}, 'passes'],
    ['http://a.test/', { leadsTo: ['1.1.1.1', '2606:4700::1111'] }, 'passes'],
    ['http://a.test/', { leadsTo: ['1.1.1.1', '10.0.0.1'] }, 'refused_address'],
    ['http://10.0.0.1/', {}, 'refused_address'],
    // Ports
    ['http://1.1.1.1:22/', {}, 'refused_port'],
    ['http://a.test:9000/', { allow: 'a.test:9000', leadsTo: ['1.1.1.1'] }, 'passes'],
    ['http://b.test:9000/', { allow: 'a.test:9000', leadsTo: ['1.1.1.1'] }, 'refused_port'],
    ['http://a.test:9001/', { allow: 'a.test', leadsTo: ['1.1.1.1'] }, 'refused_port'],
    ['http://10.0.0.1:9000/', { allow: '10.0.0.0/8:9000' }, 'passes'],
    ['http://a.test:9000/', { allow: '10.0.0.0/8:9000', leadsTo: ['10.0.0.1'] }, 'passes'],
    ['http://a.test:9000/', { allow: '10.0.0.0/8:9000', leadsTo: ['1.1.1.1'] }, 'refused_port'],
    ['http://1.1.1.1:9000/', { allow: '10.0.0.0/8:9000' }, 'refused_port'],
    // What is allowed
    ['http://10.0.0.1/', { allow: '10.0.0.0/8' }, 'passes'],
    ['http://[::ffff:10.0.0.1]/', { allow: '10.0.0.0/8' }, 'passes'],
    ['http://10.0.0.1/', { allow: '10.0.0.0/8:443' }, 'refused_address'],
    ['http://mirror.test/', { allow: 'mirror.test', leadsTo: ['10.0.0.1'] }, 'passes'],
    ['http://MIRROR.test./', { allow: 'mirror.test', leadsTo: ['10.0.0.1'] }, 'passes'],
    ['http://mirror.test/', { allow: '*.mirror.test', leadsTo: ['10.0.0.1'] }, 'refused_address'],
    ['http://a.b.mirror.test/', { allow: '*.mirror.test', leadsTo: ['10.0.0.1'] }, 'passes'],
    ['http://notmirror.test/', { allow: 'mirror.test', leadsTo: ['10.0.0.1'] }, 'refused_address'],
    ['http://a.test/', { allow: '10.0.0.1', leadsTo: ['10.0.0.1', '10.0.0.2'] }, 'refused_address'],
    // What is denied goes first
    ['http://a.test/', { deny: 'a.test', leadsTo: ['1.1.1.1'] }, 'refused_host'],
    ['http://b.a.test/', { deny: '*.a.test', allow: 'b.a.test', leadsTo: ['1.1.1.1'] }, 'refused_host'],
    ['http://1.1.1.1/', { deny: '1.1.1.0/24', allow: '1.1.1.1' }, 'refused_address'],
    ['http://[::ffff:1.1.1.1]/', { deny: '1.1.1.0/24' }, 'refused_address'],
    ['http://1.1.1.1/', { deny: '1.1.1.0/24:443' }, 'passes'],
    ['http://a.test/', { deny: '*', leadsTo: ['1.1.1.1'] }, 'refused_host'],
    ['http://a.test/', { deny: '*', allow: 'a.test', leadsTo: ['1.1.1.1'] }, 'passes'],
    ['http://a.test/', { deny: '*', allow: '1.1.1.0/24', leadsTo: ['1.1.1.1', '1.0.0.1'] }, 'refused_host'],
    // Metadata
    ['http://169.254.169.254/', { allow: '169.254.0.0/16' }, 'refused_address'],
    ['http://169.254.169.254/', { allow: '169.254.169.254' }, 'passes'],
    ['http://168.63.129.16/', {}, 'refused_address'],
    ['http://a.test/', { allow: 'a.test', leadsTo: ['169.254.169.254'] }, 'refused_address'],
    ['http://metadata.google.internal/', { leadsTo: ['1.1.1.1'] }, 'refused_host'],
    ['http://metadata.google.internal/', { allow: '*.google.internal', leadsTo: ['1.1.1.1'] }, 'refused_host'],
    ['http://metadata.google.internal/', { allow: 'metadata.google.internal', leadsTo: ['1.1.1.1'] }, 'passes'],
    // What this installation listens on
    ['http://1.1.1.1/', { own: '1.1.1.1' }, 'refused_address'],
    ['http://10.0.0.1/', { own: '10.0.0.1', allow: '10.0.0.0/8,10.0.0.1' }, 'refused_address'],
    ['http://a.test/', { own: '10.0.0.1', allow: 'a.test:80', leadsTo: ['10.0.0.1'] }, 'refused_address'],
    ['http://[::ffff:10.0.0.1]/', { own: '10.0.0.1', allow: '10.0.0.0/8' }, 'refused_address'],
    ['http://10.0.0.1/', { own: '10.0.0.1', allow: '10.0.0.1:80' }, 'passes'],
  ])('says of %s under %j: %3$s', (url, setting, expected) => {
    expect(verdict(url, setting)).toBe(expected);
  });

  it.each<[string, Setting, OutboundErrorKind | 'passes']>([
    ['http://a.test/', {}, 'passes'],
    ['http://localhost/', {}, 'refused_host'],
    ['http://a.localhost/', {}, 'refused_host'],
    ['http://localhost/', { allow: 'localhost' }, 'passes'],
    ['http://db.test/', { own: 'db.test', allow: 'db.test' }, 'refused_host'],
    ['http://metadata/', {}, 'refused_host'],
    ['http://a.test/', { deny: 'a.test' }, 'refused_host'],
    ['http://a.test/', { deny: '*' }, 'refused_host'],
    ['http://a.test/', { deny: '*', allow: 'a.test' }, 'passes'],
    ['http://a.test:9000/', { allow: '10.0.0.0/8:9000' }, 'refused_port'],
  ])('says of the unresolved %s under %j: %3$s', (url, setting, expected) => {
    expect(verdict(url, setting, true)).toBe(expected);
  });
});
