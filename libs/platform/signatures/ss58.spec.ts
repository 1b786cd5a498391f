import { randomBytes } from 'node:crypto';
import { base58 } from '@scure/base';
import { addressOf, publicKeyOf } from './ss58.js';

const ADDRESS = '5DtDLm5rQHShDqojQpsvcN8tRXHVFaecfDoRet1SU6BFD9Fi';
const PUBLIC_KEY = '50780547322a1ceba67ea8c552c9bc6c686f8698ac9a8cafab7cd15a1db19859';

describe('an SS58 address', () => {
  it('stands for the public key that is known for it, and back', () => {
    expect(publicKeyOf(ADDRESS)?.toString('hex')).toBe(PUBLIC_KEY);
    expect(addressOf(Buffer.from(PUBLIC_KEY, 'hex'))).toBe(ADDRESS);
  });

  it('comes back from every key as it went', () => {
    for (const key of [
      Buffer.alloc(32),
      Buffer.alloc(32, 0xff),
      ...Array.from({ length: 100 }, () => randomBytes(32)),
    ]) {
      expect(publicKeyOf(addressOf(key))).toEqual(key);
    }
  });

  it('is none with any one character changed', () => {
    for (let at = 0; at < ADDRESS.length; at++) {
      const other = ADDRESS[at] === '2' ? '3' : '2';
      expect(publicKeyOf(ADDRESS.slice(0, at) + other + ADDRESS.slice(at + 1))).toBeUndefined();
    }
  });

  it.each([
    ['nothing', ''],
    ['a digit less', ADDRESS.slice(0, -1)],
    ['a digit more', `${ADDRESS}1`],
    ['a leading zero', `1${ADDRESS}`],
    ['a blank', `${ADDRESS} `],
    ['what is no digit of base 58', ADDRESS.replace('Q', '0')],
    ['another case', ADDRESS.toLowerCase()],
    ['an address of another network', '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'],
    ['a key of 31 bytes', base58.encode(randomBytes(34))],
    ['a whole book', '5'.repeat(100_000)],
  ])('is not %s', (_, text) => {
    expect(publicKeyOf(text)).toBeUndefined();
  });
});
