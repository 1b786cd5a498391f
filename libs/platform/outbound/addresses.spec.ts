import { isMetadata, isPublic, readAddress } from './addresses.js';

function read(text: string): NonNullable<ReturnType<typeof readAddress>> {
  const address = readAddress(text);
  if (!address) throw new Error(`no address: ${text}`);
  return address;
}

describe('isPublic', () => {
  it.each(['1.1.1.1', '93.184.216.34', '223.255.255.254', '2606:4700::1111', '::ffff:1.1.1.1', '64:ff9b::101:101'])(
    'takes %s',
    (address) => {
      expect(isPublic(read(address))).toBe(true);
    },
  );

  it.each([
    ...[
      '0.0.0.0',
      '0.1.2.3',
      '10.0.0.1',
      '100.64.0.1',
      '100.127.255.255',
      '127.0.0.1',
      '127.255.255.254',
      '169.254.1.1',
    ],
    ...[
      '172.16.0.1',
      '172.31.255.255',
      '192.0.0.1',
      '192.0.2.1',
      '192.88.99.1',
      '192.168.1.1',
      '198.18.0.1',
      '198.19.0.1',
    ],
    ...['198.51.100.1', '203.0.113.1', '224.0.0.1', '239.255.255.255', '240.0.0.1', '255.255.255.255'],
    ...['::', '::1', '::127.0.0.1', '::ffff:127.0.0.1', '::ffff:10.0.0.1', '::ffff:0:7f00:1', '64:ff9b::7f00:1'],
    ...['64:ff9b::a9fe:a9fe', '64:ff9b:1::101:101', '100::1', '2001::1', '2001:db8::1', '2002:7f00:1::', '3fff::1'],
    ...['5f00::1', 'fc00::1', 'fd12:3456::1', 'fe80::1', 'febf::1', 'fec0::1', 'ff02::1', 'ff0e::1', '4000::1'],
  ])('refuses %s', (address) => {
    expect(isPublic(read(address))).toBe(false);
  });
});

describe('isMetadata', () => {
  it.each(['169.254.169.254', '::ffff:169.254.169.254', '64:ff9b::a9fe:a9fe', 'fd00:ec2:0::254', '168.63.129.16'])(
    'knows %s',
    (address) => {
      expect(isMetadata(read(address))).toBe(true);
    },
  );

  it('leaves its neighbours alone', () => {
    expect(['169.254.169.253', '168.63.129.17', 'fd00:ec2::253'].filter((it) => isMetadata(read(it)))).toEqual([]);
  });
});
