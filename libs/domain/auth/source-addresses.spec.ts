import { comesFrom, isCidr } from './source-addresses.js';

describe('isCidr', () => {
  it.each(['10.0.0.0/8', '0.0.0.0/0', '127.0.0.1/32', '2001:db8::/32', '::1/128'])('takes %s', (text) => {
    expect(isCidr(text)).toBe(true);
  });

  it.each(['10.0.0.0', '10.0.0.0/33', '10.0.0/8', '::1/129', '/8', '10.0.0.0/-1', 'host/8', '10.0.0.0/8/8', ''])(
    'refuses %s',
    (text) => {
      expect(isCidr(text)).toBe(false);
    },
  );
});

describe('comesFrom', () => {
  it('takes any address where no network is named', () => {
    expect(comesFrom([], '198.51.100.7')).toBe(true);
    expect(comesFrom([], undefined)).toBe(true);
  });

  it('takes addresses of the networks only, in either notation', () => {
    const networks = ['10.0.0.0/8', '2001:db8::/32'];
    const taken = ['10.255.0.1', '::ffff:10.0.0.1', '2001:db8::7'];
    const refused = ['11.0.0.1', '::ffff:11.0.0.1', '2001:db9::7', 'nonsense', undefined];
    expect(taken.map((address) => comesFrom(networks, address))).toEqual([true, true, true]);
    expect(refused.filter((address) => comesFrom(networks, address))).toEqual([]);
  });
});
